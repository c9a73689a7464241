//! Withdraws a price offer: no cart gets it from then on.

use bilten_kernel::{Ctx, EventId, PriceOfferId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store;
use crate::catalog;

/// Failure to withdraw an offer.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawOfferError {
    /// The event has no such offer.
    #[error("the price offer does not exist")]
    NotFound,
    /// The database refused.
    #[error("could not withdraw the price offer")]
    Db(#[from] DbError),
}

/// Withdraws an offer; a second time changes nothing. Carts and orders keep what it took off.
///
/// # Errors
/// See [`WithdrawOfferError`].
pub async fn withdraw_offer(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    id: PriceOfferId,
) -> Result<(), WithdrawOfferError> {
    catalog::lock_event(tx, event)
        .await?
        .ok_or(WithdrawOfferError::NotFound)?;
    match store::withdraw(tx, event, id, ctx.now()).await? {
        None => return Err(WithdrawOfferError::NotFound),
        Some(false) => return Ok(()),
        Some(true) => {}
    }
    let entry = audit::Entry {
        action: "price_offer.withdrawn",
        object: id.to_string(),
        details: json!({ "event": event }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
