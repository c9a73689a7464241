//! Ends an account's selling for good.

use bilten_kernel::Ctx;
use bilten_tenancy::{TenantTx, audit};
use serde_json::json;

use super::{PayeeError, PayeeId, PayeeState, store};

/// Closes a payee in the caller's transaction. Payments that are under way go on, and what it took is given back from it;
/// only nothing new begins.
///
/// # Errors
/// There is no such payee, or it is closed.
pub async fn close(ctx: &Ctx, tx: &mut TenantTx, id: PayeeId) -> Result<(), PayeeError> {
    let payee = store::lock(tx, id).await?.ok_or(PayeeError::NotFound)?;
    if payee.state == PayeeState::Closed {
        return Err(PayeeError::WrongState);
    }
    store::set_state(tx, ctx, id, PayeeState::Closed).await?;
    let entry = audit::Entry {
        action: "payee.closed",
        object: id.to_string(),
        details: json!({ "provider": payee.provider, "before": payee.state.name() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}
