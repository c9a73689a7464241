//! Writes an entry with the change that it tells of.

use bilten_kernel::Ctx;
use serde_json::Value;

use super::store;
use crate::{DbError, TenantTx};

/// What happened: ids and facts only, never a person's data.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Past tense with its noun first, such as `order.paid`.
    pub action: &'a str,
    /// Outside id of the thing that changed.
    pub object: String,
    /// Facts that explain the change.
    pub details: Value,
}

/// Writes the entry in this transaction.
///
/// # Errors
/// The database refused.
pub async fn record(tx: &mut TenantTx, ctx: &Ctx, entry: Entry<'_>) -> Result<(), DbError> {
    record_many(tx, &[(ctx, entry)]).await
}

/// Writes the entries of several requests with one statement, in this transaction.
///
/// # Errors
/// The database refused.
pub async fn record_many(tx: &mut TenantTx, entries: &[(&Ctx, Entry<'_>)]) -> Result<(), DbError> {
    if entries.is_empty() {
        return Ok(());
    }
    let new = entries.iter().map(|(ctx, entry)| store::NewEntry {
        id: ctx.new_id::<kind::AuditKind>().uuid(),
        ctx,
        entry,
    });
    store::insert_entries(tx, &new.collect::<Vec<_>>()).await?;
    tx.note_audit();
    Ok(())
}

mod kind {
    use bilten_kernel::IdKind;

    /// Kind of an audit entry; its id is used nowhere else.
    pub enum AuditKind {}
    impl IdKind for AuditKind {
        const PREFIX: &'static str = "aud";
    }
}
