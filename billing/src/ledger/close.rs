//! Closes periods: what was booked before an instant stays what it was.
//!
//! News of an earlier time is booked at the beginning of the open period from then on; when it happened stays on record. A
//! transaction that began before the closing may still book into the period: the figures stand once the closing is *sealed*,
//! when everybody who began before it is done.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{read::Slot, store};

/// Why a period is not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// It is not over yet.
    #[error("the period is not over")]
    NotOver,
    /// The database refused.
    #[error("the period could not be closed")]
    Db(#[from] DbError),
}

/// Closes everything before an instant, in all books of the tenant.
///
/// # Errors
/// See [`CloseError`].
pub async fn close(tx: &mut TenantTx, ctx: &Ctx, until: Slot) -> Result<(), CloseError> {
    if until.at() > ctx.now() {
        return Err(CloseError::NotOver);
    }
    if store::insert_closing(tx, until.at(), ctx.now()).await? {
        let entry = audit::Entry {
            action: "ledger.closed",
            object: ctx.tenant.to_string(),
            details: json!({ "until": until.at().to_string() }),
        };
        audit::record(tx, ctx, entry).await?;
    }
    Ok(())
}

/// Tells whether figures as of this instant stand for ever.
///
/// # Errors
/// The database refused.
pub async fn is_sealed(tx: &mut TenantTx, until: Slot) -> Result<bool, DbError> {
    store::is_sealed(tx, until.at()).await
}
