//! Takes somebody off the list.

use bilten_kernel::{Ctx, EventId, WaitlistEntryId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{EntryState, freed, store};
use crate::inventory;

/// What leaving came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// He is off the list.
    Left,
    /// He had an offer, and its places went back.
    Declined,
    /// He was off the list before; nothing changed.
    Before,
}

/// Why somebody cannot be taken off the list.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// No such entry.
    #[error("no such entry")]
    NotFound,
    /// The offered places are being paid; the payment decides.
    #[error("the offered places are being paid")]
    BeingPaid,
    /// The database refused.
    #[error("could not change the entry")]
    Db(#[from] DbError),
}

/// Takes an entry off the list, whether it waits or has an offer; places that were held for it go to the next.
///
/// # Errors
/// See [`LeaveError`].
pub async fn leave(ctx: &Ctx, tx: &mut TenantTx, id: WaitlistEntryId) -> Result<Parting, LeaveError> {
    if let Some(event) = store::leave(tx, id, ctx.now()).await? {
        record(ctx, tx, id, "waitlist.left").await?;
        // Places that were kept for him are there for the next.
        freed::note_freed(tx, ctx, event).await?;
        return Ok(Parting::Left);
    }
    // It was not waiting, or was offered places this very moment.
    let entry = store::find_detail(tx, id, ctx.now())
        .await?
        .ok_or(LeaveError::NotFound)?
        .entry;
    match (entry.state, entry.hold) {
        (EntryState::Offered, Some(hold)) => {
            if !inventory::abandon(tx, ctx, hold).await? {
                return Err(LeaveError::BeingPaid);
            }
            record(ctx, tx, id, "waitlist.declined").await?;
            Ok(Parting::Declined)
        }
        _ => Ok(Parting::Before),
    }
}

/// Takes an entry off the list of this event, as its organizer may.
///
/// # Errors
/// As [`leave`]; an entry of another event is not found.
pub async fn remove(ctx: &Ctx, tx: &mut TenantTx, event: EventId, id: WaitlistEntryId) -> Result<Parting, LeaveError> {
    let found = store::find_detail(tx, id, ctx.now()).await?;
    if found.is_none_or(|detail| detail.entry.event != event) {
        return Err(LeaveError::NotFound);
    }
    leave(ctx, tx, id).await
}

async fn record(ctx: &Ctx, tx: &mut TenantTx, id: WaitlistEntryId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: id.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
