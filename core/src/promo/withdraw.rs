//! Withdraws a promo code: nobody can use it from then on.

use bilten_kernel::{Ctx, EventId, PromoCodeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store;

/// Failure to withdraw a promo code.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawPromoError {
    /// The event has no such code.
    #[error("the promo code does not exist")]
    NotFound,
    /// The database refused.
    #[error("could not withdraw the promo code")]
    Db(#[from] DbError),
}

/// Withdraws a code, or all of the series that it is of; a second time changes nothing. Carts and orders keep what it took off. Its text may be given to a new
/// code.
///
/// # Errors
/// See [`WithdrawPromoError`].
pub async fn withdraw_promo(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    id: PromoCodeId,
) -> Result<(), WithdrawPromoError> {
    if let Some(prefix) = store::series::find_prefix(tx, event, id).await? {
        store::series::lock_pools(tx, event, &prefix).await?;
        let codes = store::series::withdraw(tx, event, &prefix, ctx.now()).await?;
        if codes > 0 {
            let entry = audit::Entry {
                action: "promo_series.withdrawn",
                object: id.to_string(),
                details: json!({ "event": event, "prefix": prefix, "codes": codes }),
            };
            audit::record(tx, ctx, entry).await?;
        }
        return Ok(());
    }
    // Whoever holds stock with the code has locked its pool and looks at the code after that: he comes before us, or he
    // finds it withdrawn.
    if !store::lock_pool(tx, event, id).await? {
        return Err(WithdrawPromoError::NotFound);
    }
    if store::withdraw(tx, id, ctx.now()).await? {
        let entry = audit::Entry {
            action: "promo_code.withdrawn",
            object: id.to_string(),
            details: json!({ "event": event }),
        };
        audit::record(tx, ctx, entry).await?;
    }
    Ok(())
}
