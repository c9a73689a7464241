//! Stops letting people in, and goes on.

use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Room, store};

/// Failure to pause a room or to let it go on.
#[derive(Debug, thiserror::Error)]
pub enum PauseError {
    /// The event has no room.
    #[error("the event has no waiting room")]
    NotFound,
    /// The database refused.
    #[error("could not change the waiting room")]
    Db(#[from] DbError),
}

/// Pauses a room or lets it go on. Nobody loses his place; passes that were given stay valid. Sent twice it changes
/// nothing.
///
/// # Errors
/// See [`PauseError`].
pub async fn set_paused(ctx: &Ctx, tx: &mut TenantTx, event: EventId, is_paused: bool) -> Result<Room, PauseError> {
    let mut room = store::lock(tx, event).await?.ok_or(PauseError::NotFound)?;
    if room.schedule.is_paused == is_paused {
        return Ok(room);
    }
    room.reschedule(ctx.now(), room.schedule.per_minute, is_paused);
    room.version += 1;
    store::save(tx, &room, ctx.now()).await?;
    let entry = audit::Entry {
        action: if is_paused {
            "waiting_room.paused"
        } else {
            "waiting_room.resumed"
        },
        object: event.to_string(),
        details: json!({ "round": room.round, "admitted": room.admitted_by(ctx.now()) }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(room)
}
