//! Sums of postings by what happened and where.

use std::collections::BTreeMap;

use bilten_kernel::{Currency, EventId, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::store;
use crate::ledger::{Account, Balance, Kind, Slot};

/// Time that a report is about: from an instant to before another; perhaps of one event only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Begin.
    pub from: Timestamp,
    /// End, which is not part of it.
    pub until: Timestamp,
    /// Only what concerns this event.
    pub event: Option<EventId>,
}

/// What happenings of a kind moved on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What happened.
    pub kind: Kind,
    /// Where.
    pub account: Account,
    /// How much: debit above zero, credit below.
    pub amount: Money,
    /// How often.
    pub postings: i64,
}

impl Movement {
    /// Currency of the account.
    pub const fn currency(&self) -> Currency {
        self.amount.currency
    }
}

/// Lists what moved in a span, in the order of the chart.
///
/// # Errors
/// The database refused.
pub async fn list_movements(tx: &mut TenantTx, span: &Span) -> Result<Vec<Movement>, DbError> {
    let mut movements = store::list_movements(tx, span).await?;
    sort(&mut movements);
    Ok(movements)
}

/// What moved that concerns one event, or none.
pub type EventMovements = BTreeMap<Option<EventId>, Vec<Movement>>;

/// Lists what moved in a span, event by event; each in the order of the chart.
///
/// # Errors
/// The database refused.
pub async fn list_movements_by_event(tx: &mut TenantTx, span: &Span) -> Result<EventMovements, DbError> {
    let mut by_event = EventMovements::new();
    for (event, movement) in store::list_movements_by_event(tx, span).await? {
        by_event.entry(event).or_default().push(movement);
    }
    for movements in by_event.values_mut() {
        sort(movements);
    }
    Ok(by_event)
}

/// Lists the balances of all accounts as of an instant, in the order of the chart.
///
/// # Errors
/// The database refused.
pub async fn list_balances(tx: &mut TenantTx, before: Slot) -> Result<Vec<Balance>, DbError> {
    store::list_balances(tx, before.at()).await
}

/// What orders hold that is in no payout, by provider and currency.
pub(crate) async fn sum_lots(tx: &mut TenantTx) -> Result<Vec<(String, Money)>, DbError> {
    store::payouts::sum_lots(tx).await
}

/// What was paid out for events that are not over, by currency.
pub(crate) async fn sum_exposed(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<Money>, DbError> {
    store::payouts::sum_exposed(tx, now).await
}

/// Payouts that came back since, by code of the currency.
pub(crate) async fn count_failed(tx: &mut TenantTx, since: Timestamp) -> Result<Vec<(String, i64)>, DbError> {
    store::payouts::count_failed(tx, since).await
}

fn sort(movements: &mut [Movement]) {
    movements.sort_by(|a, b| {
        let key = |m: &Movement| {
            (
                m.account.book,
                m.account.code,
                m.account.dimension.to_string(),
                m.kind.name(),
            )
        };
        key(a).cmp(&key(b))
    });
}
