//! The span that is asked for, in days of the shop's zone.

use bilten_billing::finance::Span;
use bilten_branding::{
    texts,
    views::{
        Choice, FieldErrors, Text,
        console::{FinanceFilter, SpanLink},
    },
};
use bilten_core::catalog::EventDetail;
use bilten_kernel::{EventId, Timestamp};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use serde::Deserialize;

use crate::organizer::urls;

/// Days that one report may be about: ten years.
const MAX_DAYS: i32 = 3_660;

/// What is asked for; this month when nothing is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub from: String,
    pub until: String,
    pub event: String,
    /// Kinds of transactions that a figure is opened by, with commas.
    pub kind: String,
    /// Accounts that a figure is opened by, with commas.
    pub code: String,
    /// Name of the figure.
    pub figure: String,
    /// Cursor.
    pub after: String,
}

/// A span of whole days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    pub first: Date,
    pub last: Date,
    pub event: Option<EventId>,
}

impl Days {
    /// Reads what is asked for; the error is about the field `from`.
    pub fn read(asked: &Asked, now: Timestamp, zone: &TimeZone) -> Result<Self, (Self, FieldErrors)> {
        let today = now.to_zoned(zone.clone()).date();
        let event = asked.event.parse().ok();
        let month = Self {
            event,
            ..Self::month(today)
        };
        if asked.from.is_empty() && asked.until.is_empty() {
            return Ok(month);
        }
        let days = asked.from.parse::<Date>().ok().zip(asked.until.parse::<Date>().ok());
        let days = days.filter(|(first, last)| {
            let length = first.until(*last).map_or(-1, |span| span.get_days());
            (0..MAX_DAYS).contains(&length)
        });
        let Some((first, last)) = days else {
            let error = Text::new(texts::FIELD_DATE_INVALID);
            return Err((month, FieldErrors::none().with("from", error)));
        };
        Ok(Self { first, last, event })
    }

    fn month(day: Date) -> Self {
        Self {
            first: day.first_of_month(),
            last: day.last_of_month(),
            event: None,
        }
    }

    /// The instants between which it lies.
    pub fn span(&self, zone: &TimeZone) -> Span {
        let begin = |date: Date| {
            let at = date.to_zoned(zone.clone());
            at.map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
        };
        Span {
            from: begin(self.first),
            until: begin(self.last.saturating_add(1.day())),
            event: self.event,
        }
    }

    /// The span as a query of an address, with more pairs.
    pub fn url(&self, path: &str, more: &[(&str, &str)]) -> String {
        let (from, until) = (self.first.to_string(), self.last.to_string());
        let event = self.event.map(|event| event.to_string()).unwrap_or_default();
        let mut pairs = vec![
            ("from", from.as_str()),
            ("until", until.as_str()),
            ("event", event.as_str()),
        ];
        pairs.extend(more);
        urls::with_query(path, &pairs)
    }

    /// The form that asks for another span.
    pub fn filter(
        &self,
        action: &str,
        events: &[EventDetail],
        (now, zone): (Timestamp, &TimeZone),
        errors: FieldErrors,
    ) -> FinanceFilter {
        let today = now.to_zoned(zone.clone()).date();
        let last_month = today.first_of_month().saturating_sub(1.day());
        let year = Self {
            first: today.first_of_year(),
            last: today.last_of_year(),
            event: None,
        };
        let named = [
            (texts::FINANCE_SPAN_MONTH, Self::month(today)),
            (texts::FINANCE_SPAN_LAST_MONTH, Self::month(last_month)),
            (texts::FINANCE_SPAN_YEAR, year),
        ];
        FinanceFilter {
            action: action.to_owned(),
            from: self.first.to_string(),
            until: self.last.to_string(),
            spans: named
                .into_iter()
                .map(|(text, days)| SpanLink {
                    text: Text::new(text),
                    url: Self {
                        event: self.event,
                        ..days
                    }
                    .url(action, &[]),
                    is_current: (days.first, days.last) == (self.first, self.last),
                })
                .collect(),
            events: events
                .iter()
                .map(|detail| Choice {
                    value: detail.event.id.to_string(),
                    label: detail.event.name.to_string(),
                    selected: self.event == Some(detail.event.id),
                })
                .collect(),
            errors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, until: &str) -> Asked {
        Asked {
            from: from.to_owned(),
            until: until.to_owned(),
            ..Asked::default()
        }
    }

    #[test]
    fn spans_are_whole_days_of_the_zone() {
        let zone = TimeZone::get("Europe/Oslo").unwrap();
        let now: Timestamp = "2026-11-30T23:30:00Z".parse().unwrap();
        let month = Days::read(&Asked::default(), now, &zone).unwrap();
        assert_eq!(
            (month.first.to_string(), month.last.to_string()),
            ("2026-12-01".into(), "2026-12-31".into())
        );
        let day = Days::read(&asked("2026-10-25", "2026-10-25"), now, &zone)
            .unwrap()
            .span(&zone);
        assert_eq!(day.until.duration_since(day.from).as_hours(), 25, "the clocks go back");
        for (from, until) in [
            ("2026-11-02", "2026-11-01"),
            ("x", "2026-11-01"),
            ("2026-11-01", ""),
            ("1900-01-01", "2026-01-01"),
        ] {
            let (shown, errors) = Days::read(&asked(from, until), now, &zone).unwrap_err();
            assert_eq!(shown.first, month.first, "{from} {until}");
            assert!(!errors.is_empty());
        }
    }
}
