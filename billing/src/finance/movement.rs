//! Sums of postings by what happened and where.

use bilten_kernel::{Currency, EventId, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::store;
use crate::ledger::{Account, Kind};

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
    Ok(movements)
}
