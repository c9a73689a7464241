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
    let id = ctx.new_id::<kind::AuditKind>().uuid();
    store::insert_entry(tx, ctx, id, &entry).await?;
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
