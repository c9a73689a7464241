//! Sets how many tickets one person may have, over all his orders.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{store::events as store, update_event::lock_event};

/// Highest limit that can be set.
pub const MAX_PER_PERSON: u32 = 1_000;

/// Failure to set a limit.
#[derive(Debug, thiserror::Error)]
pub enum SetPersonLimitError {
    /// The event or its type does not exist.
    #[error("the event or the ticket type does not exist")]
    NotFound,
    /// The limit makes no sense.
    #[error("the limit per person must lie between 1 and 1,000")]
    Limit,
    /// The database refused.
    #[error("could not set the limit")]
    Db(#[from] DbError),
}

/// Limits the tickets of a type, or of the whole event when none is named; `None` lifts the limit. It binds the carts that
/// are made from now on.
///
/// # Errors
/// See [`SetPersonLimitError`].
pub async fn set_person_limit(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    ticket_type: Option<TicketTypeId>,
    max: Option<u32>,
) -> Result<(), SetPersonLimitError> {
    if max.is_some_and(|max| !(1..=MAX_PER_PERSON).contains(&max)) {
        return Err(SetPersonLimitError::Limit);
    }
    lock_event(tx, event).await?.ok_or(SetPersonLimitError::NotFound)?;
    let max_stored = max.and_then(|max| i32::try_from(max).ok());
    let is_set = match ticket_type {
        Some(id) => store::set_max_per_person_of_type(tx, event, id, max_stored).await?,
        None => store::set_max_per_person(tx, event, max_stored).await?,
    };
    if !is_set {
        return Err(SetPersonLimitError::NotFound);
    }
    let entry = audit::Entry {
        action: "event.person_limit_set",
        object: event.to_string(),
        details: json!({ "ticket_type": ticket_type, "max": max }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
