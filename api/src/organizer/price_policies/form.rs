//! The form of a new version, from and to what it means.

use bilten_branding::{
    texts,
    views::{FieldErrors, Text, console::PolicyForm},
};
use bilten_core::{
    catalog::{Event, TicketType},
    price_policy::{CurvePoint, PolicyFault, PolicyTerms, PricePolicy},
};
use bilten_kernel::{Money, Timestamp};
use jiff::SignedDuration;

use crate::organizer::{prices, wizard::local_time};

/// Hours of a day.
const DAY_HOURS: u32 = 24;

/// What was typed, with what is wrong.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub form: PolicyForm,
    pub errors: FieldErrors,
}

impl Typed {
    /// Reads the form; unknown fields are passed over.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let mut typed = Self::default();
        let form = &mut typed.form;
        for (name, value) in fields {
            let target = match name.as_str() {
                "floor" => &mut form.floor,
                "ceiling" => &mut form.ceiling,
                "start" => &mut form.start,
                "step" => &mut form.step,
                "daily" => &mut form.daily,
                "hours" => &mut form.hours,
                "freeze" => &mut form.freeze,
                "tolerance" => &mut form.tolerance,
                "curve" => &mut form.curve,
                "starts" => &mut form.starts,
                "notice" => &mut form.notice,
                _ => continue,
            };
            value.trim().clone_into(target);
        }
        typed
    }

    /// What the form begins with: the newest version, or what is usual.
    pub(super) fn beginning(event: &Event, kind: &TicketType, newest: Option<&PricePolicy>, now: Timestamp) -> Self {
        let amount = |minor| prices::write(Money::new(minor, event.currency));
        let form = match newest {
            Some(policy) => written(event, &policy.terms),
            None => PolicyForm {
                start: amount(kind.price.minor),
                hours: "6".to_owned(),
                freeze: "24".to_owned(),
                tolerance: "5".to_owned(),
                curve: "60 10\n30 35\n14 60\n0 100".to_owned(),
                starts: local_time::write(now, &event.time_zone),
                ..PolicyForm::default()
            },
        };
        Self {
            form,
            errors: FieldErrors::none(),
        }
    }

    /// Says what it means; `None` when something was refused.
    pub(super) fn meant(&mut self, event: &Event) -> Option<PolicyTerms> {
        let form = self.form.clone();
        let (floor, start, ceiling) = (
            self.amount(event, ("floor", &form.floor), texts::FIELD_PRICE_INVALID),
            self.amount(event, ("start", &form.start), texts::FIELD_PRICE_INVALID),
            self.amount(event, ("ceiling", &form.ceiling), texts::FIELD_PRICE_INVALID),
        );
        let step = self.amount(event, ("step", &form.step), texts::FIELD_POLICY_STEP);
        let daily = self.amount(event, ("daily", &form.daily), texts::FIELD_POLICY_DAILY);
        let hours = self.need("hours", hours(&form.hours), texts::FIELD_POLICY_INTERVAL);
        let freeze = self.need("freeze", hours_or_none(&form.freeze), texts::FIELD_POLICY_FREEZE);
        let tolerance = self.need("tolerance", share(&form.tolerance), texts::FIELD_POLICY_TOLERANCE);
        let curve = self.need("curve", curve(&form.curve), texts::FIELD_POLICY_CURVE);
        let starts_at = local_time::read(&form.starts, &event.time_zone);
        let starts_at = self.need("starts", starts_at, texts::FIELD_DATE_INVALID);
        let notice = form.notice.parse().ok();
        if notice.is_none() {
            let text = Text::new(texts::FIELD_TOO_LONG).with("max", 300_u32);
            self.errors.push("notice", text);
        }
        Some(PolicyTerms {
            floor: floor?,
            ceiling: ceiling?,
            start: start?,
            step: step?,
            min_interval: hours?,
            max_daily_move: daily?,
            curve: curve?,
            tolerance_bp: tolerance?,
            freeze: freeze?,
            starts_at: starts_at?,
            notice: notice?,
        })
    }

    /// Says beside which field the terms make no sense.
    pub(super) fn refuse(&mut self, fault: PolicyFault) {
        let (field, key) = match fault {
            PolicyFault::Bounds => ("start", texts::FIELD_POLICY_BOUNDS),
            PolicyFault::Step => ("step", texts::FIELD_POLICY_STEP),
            PolicyFault::Interval => ("hours", texts::FIELD_POLICY_INTERVAL),
            PolicyFault::Daily => ("daily", texts::FIELD_POLICY_DAILY),
            PolicyFault::Curve => ("curve", texts::FIELD_POLICY_CURVE),
            PolicyFault::Tolerance => ("tolerance", texts::FIELD_POLICY_TOLERANCE),
            PolicyFault::Freeze => ("freeze", texts::FIELD_POLICY_FREEZE),
        };
        self.errors.push(field, Text::new(key));
    }

    fn amount(&mut self, event: &Event, (field, text): (&str, &str), key: &str) -> Option<i64> {
        self.need(field, prices::read(text, event.currency), key)
    }

    fn need<T>(&mut self, field: &str, found: Option<T>, key: &str) -> Option<T> {
        if found.is_none() {
            self.errors.push(field, Text::new(key));
        }
        found
    }
}

fn written(event: &Event, terms: &PolicyTerms) -> PolicyForm {
    let amount = |minor| prices::write(Money::new(minor, event.currency));
    let point = |point: &CurvePoint| {
        let days = prices::write_hundredths(i64::from(point.hours_before) * 100 / i64::from(DAY_HOURS));
        format!("{days} {}", prices::write_hundredths(i64::from(point.sold_bp)))
    };
    let lines: Vec<String> = terms.curve.iter().map(point).collect();
    PolicyForm {
        floor: amount(terms.floor),
        ceiling: amount(terms.ceiling),
        start: amount(terms.start),
        step: amount(terms.step),
        daily: amount(terms.max_daily_move),
        hours: terms.min_interval.as_hours().to_string(),
        freeze: terms.freeze.as_hours().to_string(),
        tolerance: prices::write_hundredths(i64::from(terms.tolerance_bp)),
        curve: lines.join("\n"),
        starts: local_time::write(terms.starts_at, &event.time_zone),
        notice: terms.notice.to_string(),
    }
}

fn hours(text: &str) -> Option<SignedDuration> {
    let hours: u32 = text.parse().ok()?;
    (hours > 0).then(|| SignedDuration::from_hours(i64::from(hours)))
}

fn hours_or_none(text: &str) -> Option<SignedDuration> {
    let text = if text.is_empty() { "0" } else { text };
    text.parse::<u32>()
        .ok()
        .map(|hours| SignedDuration::from_hours(i64::from(hours)))
}

/// A share in per cent, in hundredths.
fn share(text: &str) -> Option<i32> {
    let share = i32::try_from(prices::read_hundredths(text)?).ok()?;
    (0..=10_000).contains(&share).then_some(share)
}

/// Lines of days before the event and a share in per cent; days may have a fraction, which is rounded to hours.
fn curve(text: &str) -> Option<Vec<CurvePoint>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let point = |line: &str| {
        let (days, sold) = line.split_once(char::is_whitespace)?;
        let hundredths = u32::try_from(prices::read_hundredths(days)?).ok()?;
        Some(CurvePoint {
            hours_before: hundredths.checked_mul(DAY_HOURS)?.checked_add(50)?.checked_div(100)?,
            sold_bp: share(sold.trim())?,
        })
    };
    let points: Option<Vec<CurvePoint>> = lines.map(point).collect();
    points.filter(|points| !points.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_read_line_by_line() {
        let point = |hours_before, sold_bp| CurvePoint { hours_before, sold_bp };
        let read = curve("60 10\n\n 7.5  42,5 %\n0 100");
        assert_eq!(
            read,
            Some(vec![point(1_440, 1_000), point(180, 4_250), point(0, 10_000)])
        );
        for text in ["", "60", "60 101", "-1 5", "sixty ten"] {
            assert_eq!(curve(text), None, "{text}");
        }
    }
}
