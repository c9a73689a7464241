//! Changes an event. Two who change it at once: the later wins, field by field.

use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    Event, EventChange, EventStatus, Venue, VenueChange,
    end_event::enqueue_end,
    store::{events, organizers},
};

/// Failure to change an event.
#[derive(Debug, thiserror::Error)]
pub enum UpdateEventError {
    /// No such event.
    #[error("the event does not exist")]
    NotFound,
    /// Events that are over or called off stay as they were.
    #[error("the event is over or cancelled")]
    Closed,
    /// The event would end before it starts.
    #[error("the event must end after it starts")]
    EndsBeforeStart,
    /// The doors would open after the start.
    #[error("the doors must open before the event starts")]
    DoorsAfterStart,
    /// A published event would be over at once.
    #[error("a published event must end in the future")]
    EndsInThePast,
    /// The currency is frozen when an event is published, because carts and orders may exist.
    #[error("the currency of a published event cannot change")]
    CurrencyFrozen,
    /// The database refused.
    #[error("could not change the event")]
    Db(#[from] DbError),
}

/// Changes an event and returns it as it is now.
///
/// # Errors
/// See [`UpdateEventError`].
pub async fn update_event(
    ctx: &Ctx,
    tx: &mut TenantTx,
    id: EventId,
    change: EventChange,
) -> Result<Event, UpdateEventError> {
    let before = lock_event(tx, id).await?.ok_or(UpdateEventError::NotFound)?;
    let changed = fields(&change);
    let mut event = decide(ctx, before.clone(), &change)?;
    match change.venue {
        VenueChange::Keep => {}
        VenueChange::Remove => event.venue = None,
        VenueChange::Set(place) => {
            let id = organizers::find_or_insert_venue(tx, ctx, &place).await?;
            event.venue = Some(Venue { id, place });
        }
    }
    events::update(tx, &event, before.status).await?;
    if event.status == EventStatus::Published && event.ends_at != before.ends_at {
        enqueue_end(ctx, tx, &event).await?;
    }
    let entry = audit::Entry {
        action: "event.updated",
        object: id.to_string(),
        details: json!({ "fields": changed }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(event)
}

/// Locks an event for this transaction and loads it as it is then.
pub(crate) async fn lock_event(tx: &mut TenantTx, id: EventId) -> Result<Option<Event>, DbError> {
    if !events::lock(tx, id).await? {
        return Ok(None);
    }
    Ok(events::load(tx, &[id]).await?.into_iter().next())
}

fn decide(ctx: &Ctx, before: Event, change: &EventChange) -> Result<Event, UpdateEventError> {
    let is_draft = match before.status_at(ctx.now()) {
        EventStatus::Draft => true,
        EventStatus::Published => false,
        EventStatus::Ended | EventStatus::Cancelled => return Err(UpdateEventError::Closed),
    };
    if !is_draft && change.currency.is_some_and(|currency| currency != before.currency) {
        return Err(UpdateEventError::CurrencyFrozen);
    }
    let change = change.clone();
    let event = Event {
        name: change.name.unwrap_or(before.name),
        summary: change.summary.unwrap_or(before.summary),
        description: change.description.unwrap_or(before.description),
        category: change.category.unwrap_or(before.category),
        doors_at: change.doors_at.unwrap_or(before.doors_at),
        starts_at: change.starts_at.unwrap_or(before.starts_at),
        ends_at: change.ends_at.unwrap_or(before.ends_at),
        time_zone: change.time_zone.unwrap_or(before.time_zone),
        currency: change.currency.unwrap_or(before.currency),
        artwork: change.artwork.unwrap_or(before.artwork),
        refund_policy: change.refund_policy.unwrap_or(before.refund_policy),
        updated_at: ctx.now(),
        ..before
    };
    if event.ends_at <= event.starts_at {
        return Err(UpdateEventError::EndsBeforeStart);
    }
    if event.doors_at.is_some_and(|doors| doors > event.starts_at) {
        return Err(UpdateEventError::DoorsAfterStart);
    }
    if !is_draft && event.ends_at <= ctx.now() {
        return Err(UpdateEventError::EndsInThePast);
    }
    Ok(event)
}

/// Names the fields of a change, for the audit; their contents stay out of it.
fn fields(change: &EventChange) -> Vec<&'static str> {
    [
        ("name", change.name.is_some()),
        ("summary", change.summary.is_some()),
        ("description", change.description.is_some()),
        ("category", change.category.is_some()),
        ("doors_at", change.doors_at.is_some()),
        ("starts_at", change.starts_at.is_some()),
        ("ends_at", change.ends_at.is_some()),
        ("time_zone", change.time_zone.is_some()),
        ("currency", change.currency.is_some()),
        ("venue", !matches!(change.venue, VenueChange::Keep)),
        ("artwork", change.artwork.is_some()),
        ("refund_policy", change.refund_policy.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_there)| is_there.then_some(name))
    .collect()
}
