//! Prices that buyers name, and what they may give beside their tickets.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    MAX_PRICE_MINOR,
    store::{events, ticket_types as store},
    text::Line,
    update_event::lock_event,
};
use crate::{inventory, pricing::OpenPrice};

/// Failure to let buyers name the price of a type.
#[derive(Debug, thiserror::Error)]
pub enum SetOpenPriceError {
    /// The event or its type does not exist.
    #[error("the ticket type does not exist")]
    NotFound,
    /// The bounds make no sense.
    #[error(
        "the bounds must lie between 0 and 100,000,000 minor units, the least not above the most, the most above nothing"
    )]
    Bounds,
    /// The type has price tiers.
    #[error("a ticket type with price tiers has a price that is set")]
    HasTiers,
    /// A policy moves the price.
    #[error("the price of the ticket type moves with demand; stop its policy first")]
    Moving,
    /// The database refused.
    #[error("could not set the bounds of the price")]
    Db(#[from] DbError),
}

/// Lets buyers name the price of a type between two prices of the list, or sets it again. What the type costs in the list is
/// suggested. Carts and orders keep their prices.
///
/// # Errors
/// See [`SetOpenPriceError`].
pub async fn set_open_price(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
    bounds: Option<OpenPrice>,
) -> Result<(), SetOpenPriceError> {
    let is_sound =
        |bounds: OpenPrice| 0 <= bounds.min && bounds.min <= bounds.max && (1..=MAX_PRICE_MINOR).contains(&bounds.max);
    if bounds.is_some_and(|bounds| !is_sound(bounds)) {
        return Err(SetOpenPriceError::Bounds);
    }
    lock_event(tx, event).await?.ok_or(SetOpenPriceError::NotFound)?;
    inventory::store::lock_pools(tx, event).await?;
    let types = store::load(tx, &[event], ctx.now()).await?.remove(&event);
    let types = types.unwrap_or_default();
    let found = types.iter().find(|found| found.id == ticket_type);
    let found = found.ok_or(SetOpenPriceError::NotFound)?;
    if bounds.is_some() && !found.tiers.is_empty() {
        return Err(SetOpenPriceError::HasTiers);
    }
    if bounds.is_some() && found.moving.is_some() {
        return Err(SetOpenPriceError::Moving);
    }
    if !store::set_open_price(tx, event, ticket_type, bounds).await? {
        return Err(SetOpenPriceError::NotFound);
    }
    let entry = audit::Entry {
        action: "ticket_type.open_price_set",
        object: ticket_type.to_string(),
        details: json!({ "event": event, "bounds": bounds.map(|bounds| [bounds.min, bounds.max]) }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}

/// Failure to set what buyers may give something for.
#[derive(Debug, thiserror::Error)]
pub enum SetDonationCauseError {
    /// The event does not exist.
    #[error("the event does not exist")]
    NotFound,
    /// The database refused.
    #[error("could not set the cause")]
    Db(#[from] DbError),
}

/// Asks buyers of an event to give something for a cause beside their tickets, or stops asking. Carts and orders keep what was
/// given.
///
/// # Errors
/// See [`SetDonationCauseError`].
pub async fn set_donation_cause(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    cause: Option<&Line<1, 120>>,
) -> Result<(), SetDonationCauseError> {
    lock_event(tx, event).await?.ok_or(SetDonationCauseError::NotFound)?;
    events::set_donation_cause(tx, event, cause.map(Line::as_str)).await?;
    let entry = audit::Entry {
        action: "event.donation_cause_set",
        object: event.to_string(),
        details: json!({ "is_asked": cause.is_some() }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
