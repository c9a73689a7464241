//! The transactions behind a figure.

use bilten_kernel::{EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{Span, store};
use crate::ledger::{Account, Code, Kind, LedgerTxnId};

/// Which transactions are wanted.
#[derive(Debug, Clone)]
pub struct EntryFilter {
    /// When, and of which event.
    pub span: Span,
    /// What happened; anything when nothing is named.
    pub kinds: Vec<Kind>,
    /// Transactions that post to an account of one of these codes; all when nothing is named.
    pub codes: Vec<Code>,
}

/// A transaction of the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Names it.
    pub id: LedgerTxnId,
    /// What happened.
    pub kind: Kind,
    /// What it is the consequence of: an id of an order, a refund and so on.
    pub key: String,
    /// When it counts.
    pub at: Timestamp,
    /// Order that it belongs to.
    pub order: Option<OrderId>,
    /// Code of the order, for people.
    pub event: Option<EventId>,
    /// Its postings, in the order of the chart.
    pub lines: Vec<EntryLine>,
}

/// A posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLine {
    /// Where.
    pub account: Account,
    /// Debit above zero, credit below.
    pub amount: Money,
}

/// Lists transactions, the latest first, after the given place.
///
/// # Errors
/// The database refused.
pub async fn list_entries(
    tx: &mut TenantTx,
    filter: &EntryFilter,
    after: Option<(Timestamp, LedgerTxnId)>,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    let mut entries = store::list_entries(tx, filter, after, limit).await?;
    for entry in &mut entries {
        entry.lines.sort_by_key(|line| (line.account.book, line.account.code));
    }
    Ok(entries)
}
