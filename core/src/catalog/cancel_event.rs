//! Calls an event off. What becomes of its orders is decided by those who hear of it.

use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use serde_json::json;

use super::{Event, event::WrongStatus, store::events, update_event::lock_event};

/// Failure to call an event off.
#[derive(Debug, thiserror::Error)]
pub enum CancelEventError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// It is over or already called off.
    #[error(transparent)]
    WrongStatus(#[from] WrongStatus),
    /// The database refused.
    #[error("could not cancel the event")]
    Db(#[from] DbError),
}

/// Calls an event off: nothing more is sold, nobody is admitted.
///
/// # Errors
/// See [`CancelEventError`].
pub async fn cancel_event(ctx: &Ctx, tx: &mut TenantTx, id: EventId) -> Result<Event, CancelEventError> {
    let before = lock_event(tx, id).await?.ok_or(CancelEventError::NotFound)?;
    let expected = before.status;
    let event = before.cancel(ctx.now())?;
    events::update(tx, &event, expected).await?;
    let entry = audit::Entry {
        action: "event.cancelled",
        object: id.to_string(),
        details: json!({ "from": expected.name() }),
    };
    audit::record(tx, ctx, entry).await?;
    outbox::publish(tx, ctx, "event_cancelled", 1, &json!({ "event": id })).await?;
    Ok(event)
}
