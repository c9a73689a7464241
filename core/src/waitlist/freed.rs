//! Sees to it that the list is served when places come back and no buyer asks.

use bilten_kernel::{Ctx, EventId, HoldId, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, NewJob},
};
use serde_json::json;

use super::{MATCH_JOB, store};

/// Notes that places of an event may have come back; does nothing where nobody waits.
///
/// # Errors
/// The database refused.
pub(crate) async fn note_freed(tx: &mut TenantTx, ctx: &Ctx, event: EventId) -> Result<(), DbError> {
    if store::has_waiting(tx, event).await? {
        enqueue(tx, ctx, event).await?;
    }
    Ok(())
}

/// Notes that the places of a hold came back.
///
/// # Errors
/// The database refused.
pub(crate) async fn note_freed_by(tx: &mut TenantTx, ctx: &Ctx, hold: HoldId) -> Result<(), DbError> {
    if let Some(event) = store::find_waiting_for(tx, hold).await? {
        enqueue(tx, ctx, event).await?;
    }
    Ok(())
}

/// Notes that somebody gave a hold back, which declines the offer if it was one.
///
/// # Errors
/// The database refused.
pub(crate) async fn free_by_choice(tx: &mut TenantTx, ctx: &Ctx, hold: HoldId) -> Result<(), DbError> {
    store::decline(tx, hold, ctx.now()).await?;
    note_freed_by(tx, ctx, hold).await
}

/// Serves the list soon. A run that is under way may be past the places that came back just now, and keeps this one from
/// being added; then the next buyer's request serves the list, or the chore finds it.
pub(super) async fn enqueue(tx: &mut TenantTx, ctx: &Ctx, event: EventId) -> Result<(), DbError> {
    enqueue_at(tx, ctx, event, (&event.to_string(), ctx.now())).await
}

/// Serves the list when the deadline of an offer passes.
pub(super) async fn look_again_at(
    tx: &mut TenantTx,
    ctx: &Ctx,
    event: EventId,
    deadline: Timestamp,
) -> Result<(), DbError> {
    enqueue_at(tx, ctx, event, (&format!("{event}@{deadline}"), deadline)).await
}

async fn enqueue_at(
    tx: &mut TenantTx,
    ctx: &Ctx,
    event: EventId,
    (key, run_at): (&str, Timestamp),
) -> Result<(), DbError> {
    let job = NewJob {
        kind: MATCH_JOB,
        payload: json!({ "event": event }),
        run_at,
        unique_key: Some(key),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}
