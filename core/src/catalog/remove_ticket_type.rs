//! Removes a ticket type from a draft.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{EventStatus, store::ticket_types as store, update_event::lock_event};
use crate::price_policy;

/// Failure to remove a ticket type.
#[derive(Debug, thiserror::Error)]
pub enum RemoveTicketTypeError {
    /// The event or its type does not exist.
    #[error("the ticket type does not exist")]
    NotFound,
    /// Carts and orders may name the type; it can be hidden instead.
    #[error("ticket types of a published event can be hidden, not removed")]
    Published,
    /// It has a price policy, which is kept.
    #[error("a ticket type that had a price policy can be hidden, not removed")]
    HasPolicy,
    /// The database refused.
    #[error("could not remove the ticket type")]
    Db(#[from] DbError),
}

/// Removes a ticket type. Only a draft's can go: nobody can have put it in a cart.
///
/// # Errors
/// See [`RemoveTicketTypeError`].
pub async fn remove_ticket_type(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    id: TicketTypeId,
) -> Result<(), RemoveTicketTypeError> {
    let event = lock_event(tx, event).await?.ok_or(RemoveTicketTypeError::NotFound)?;
    let types = store::load(tx, &[event.id], ctx.now()).await?;
    if !types
        .get(&event.id)
        .is_some_and(|types| types.iter().any(|t| t.id == id))
    {
        return Err(RemoveTicketTypeError::NotFound);
    }
    match event.status {
        EventStatus::Draft => {}
        EventStatus::Published | EventStatus::Ended | EventStatus::Cancelled => {
            return Err(RemoveTicketTypeError::Published);
        }
    }
    if price_policy::has_policy(tx, id).await? {
        return Err(RemoveTicketTypeError::HasPolicy);
    }
    store::delete(tx, id).await?;
    let entry = audit::Entry {
        action: "ticket_type.removed",
        object: id.to_string(),
        details: json!({ "event": event.id }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
