//! Sales over a span of time, beside an earlier span of the same length.

use bilten_kernel::{Currency, EventId, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    Reach,
    span::{self, Steps},
    store::sales,
};

/// Sales of a span step by step, beside the span before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Hours or days, in their order.
    pub steps: Vec<Step>,
    /// Sum of the span so far.
    pub total: Money,
    /// Sum of the earlier span up to the same point.
    pub before: Money,
    /// Orders paid in the span.
    pub orders: i64,
    /// Tickets in them.
    pub tickets: i64,
}

/// An hour or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its first instant.
    pub starts_at: Timestamp,
    /// What was paid in it; `None` while it lies in the future.
    pub gross: Option<Money>,
    /// What was paid in the step of the earlier span.
    pub before: Money,
}

/// What one span sold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Series {
    /// Minor units per step.
    pub gross_minor: Vec<i64>,
    /// Minor units up to the point asked for.
    pub until_minor: i64,
    /// Orders in the span.
    pub orders: i64,
    /// Tickets in the span.
    pub tickets: i64,
}

/// Whose sales are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<'a> {
    /// Only this event.
    pub event: Option<EventId>,
    /// Only what is within reach.
    pub reach: &'a Reach,
    /// Only this currency: amounts of two are never added.
    pub currency: Currency,
}

impl Comparison {
    /// Returns the change against the earlier span in per cent, when that sold anything.
    pub fn change_percent(&self) -> Option<i64> {
        if self.before.minor == 0 {
            return None;
        }
        let difference = self.total.minor.checked_sub(self.before.minor)?;
        difference.checked_mul(100)?.checked_div(self.before.minor)
    }
}

/// Compares two spans of the same length.
pub(super) async fn compare(
    tx: &mut TenantTx,
    of: Of<'_>,
    now: Timestamp,
    (later, earlier): (&Steps, &Steps),
) -> Result<Comparison, DbError> {
    let point = span::same_point(now, later, earlier);
    let current = sales::series(tx, of, later, later.end()).await?;
    let before = sales::series(tx, of, earlier, point).await?;
    Ok(assemble(of.currency, now, later, (&current, &before)))
}

fn assemble(currency: Currency, now: Timestamp, later: &Steps, (current, before): (&Series, &Series)) -> Comparison {
    let money = |minor: i64| Money::new(minor, currency);
    let amount = |series: &Series, step: usize| series.gross_minor.get(step).copied().unwrap_or(0);
    let steps = later
        .bounds
        .iter()
        .take(later.len())
        .enumerate()
        .map(|(n, starts_at)| Step {
            starts_at: *starts_at,
            gross: (*starts_at <= now).then(|| money(amount(current, n))),
            before: money(amount(before, n)),
        });
    Comparison {
        steps: steps.collect(),
        total: money(current.until_minor),
        before: money(before.until_minor),
        orders: current.orders,
        tickets: current.tickets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_to_come_have_no_amount_and_change_needs_a_base() {
        let currency: Currency = "NOK".parse().unwrap();
        let now: Timestamp = "2026-11-22T01:30:00Z".parse().unwrap();
        let (today, _) = span::today_and_last_week(now, &jiff::tz::TimeZone::UTC);
        let series = |gross: &[i64], until| Series {
            gross_minor: gross.to_vec(),
            until_minor: until,
            orders: 2,
            tickets: 3,
        };
        let comparison = assemble(
            currency,
            now,
            &today,
            (&series(&[100, 50], 150), &series(&[200, 0], 200)),
        );
        assert_eq!(comparison.steps.len(), 24);
        assert_eq!(comparison.steps[1].gross, Some(Money::new(50, currency)));
        assert_eq!(comparison.steps[2].gross, None);
        assert_eq!(comparison.steps[0].before, Money::new(200, currency));
        assert_eq!(comparison.change_percent(), Some(-25));
        let first = assemble(currency, now, &today, (&series(&[100], 100), &series(&[], 0)));
        assert_eq!(first.change_percent(), None);
    }
}
