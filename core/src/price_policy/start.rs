//! Switches a policy on.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    add::{Fixed, standing_still},
    store,
};
use crate::catalog::{self, EventStatus};

/// Failure to switch a policy on.
#[derive(Debug, thiserror::Error)]
pub enum StartPolicyError {
    /// The event, its type or the version does not exist.
    #[error("the price policy does not exist")]
    NotFound,
    /// Nothing is sold any more.
    #[error("the event is over or cancelled")]
    Closed,
    /// The version was not simulated.
    #[error("a version of a price policy must be simulated before it is switched on")]
    NotSimulated,
    /// The type has price tiers.
    #[error("a ticket type with price tiers cannot have a price that moves with demand")]
    HasTiers,
    /// Buyers name the price of the type.
    #[error("a ticket type whose price buyers name cannot have a price that moves with demand")]
    OpenPrice,
    /// The database refused.
    #[error("could not switch the price policy on")]
    Db(#[from] DbError),
}

/// Switches a version on, in the place of another one if one is on; twice changes nothing. Carts and orders keep their prices.
///
/// # Errors
/// See [`StartPolicyError`].
pub async fn start_policy(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
    version: i32,
) -> Result<(), StartPolicyError> {
    let found = catalog::lock_event(tx, event)
        .await?
        .ok_or(StartPolicyError::NotFound)?;
    let kind = catalog::find_ticket_type(tx, (event, ticket_type), ctx.now()).await?;
    let kind = kind.ok_or(StartPolicyError::NotFound)?;
    let policy = store::find_policy(tx, ticket_type, version).await?;
    policy.ok_or(StartPolicyError::NotFound)?;
    if kind.moving.as_ref().is_some_and(|moving| moving.version == version) {
        return Ok(());
    }
    match found.status_at(ctx.now()) {
        EventStatus::Draft | EventStatus::Published => {}
        EventStatus::Ended | EventStatus::Cancelled => return Err(StartPolicyError::Closed),
    }
    match standing_still(&kind) {
        Some(Fixed::Tiers) => return Err(StartPolicyError::HasTiers),
        Some(Fixed::Open) => return Err(StartPolicyError::OpenPrice),
        None => {}
    }
    if !store::is_simulated(tx, ticket_type, version).await? {
        return Err(StartPolicyError::NotSimulated);
    }
    store::switch(tx, ticket_type, Some(version)).await?;
    let entry = audit::Entry {
        action: "price_policy.started",
        object: ticket_type.to_string(),
        details: json!({
            "event": event,
            "version": version,
            "before": kind.moving.map(|moving| moving.version),
        }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
