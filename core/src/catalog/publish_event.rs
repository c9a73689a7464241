//! Publishes a draft.

use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use serde_json::json;

use super::{
    Event, PublishBlocker, end_event::enqueue_end, event::WrongStatus, publish_blockers, store::events,
    store::ticket_types, update_event::lock_event,
};

/// Failure to publish.
#[derive(Debug, thiserror::Error)]
pub enum PublishEventError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// It is no draft.
    #[error(transparent)]
    WrongStatus(#[from] WrongStatus),
    /// Something is missing.
    #[error("the event is not ready to be published")]
    Blocked(Vec<PublishBlocker>),
    /// The database refused.
    #[error("could not publish the event")]
    Db(#[from] DbError),
}

/// Publishes a draft: buyers see it from the commit on.
///
/// # Errors
/// See [`PublishEventError`].
pub async fn publish_event(ctx: &Ctx, tx: &mut TenantTx, id: EventId) -> Result<Event, PublishEventError> {
    let draft = lock_event(tx, id).await?.ok_or(PublishEventError::NotFound)?;
    let expected = draft.status;
    let mut types = ticket_types::load(tx, &[id], ctx.now()).await?;
    let types = types.remove(&id).unwrap_or_default();
    let blockers = publish_blockers(&draft, &types, ctx.now());
    let event = draft.publish(ctx.now())?;
    if !blockers.is_empty() {
        return Err(PublishEventError::Blocked(blockers));
    }
    events::update(tx, &event, expected).await?;
    enqueue_end(ctx, tx, &event).await?;
    let entry = audit::Entry {
        action: "event.published",
        object: id.to_string(),
        details: json!({ "ticket_types": types.len() }),
    };
    audit::record(tx, ctx, entry).await?;
    outbox::publish(tx, ctx, "event_published", 1, &json!({ "event": id })).await?;
    Ok(event)
}
