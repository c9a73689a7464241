//! Uses a place whose turn has come: the one write that a visitor costs.

use async_trait::async_trait;
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, jobs::Chore};
use jiff::SignedDuration;

use super::{MAX_CARTS, OpenRoom, Pass, Place, Room, Standing, store, store::PassRow};

/// How often more time may be asked for: as often as WCAG 2.2 wants at least (criterion 2.2.1).
pub const MAX_EXTENSIONS: u32 = 10;
/// How long passes are kept after they ended.
const KEEP: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Passes that one round deletes.
const TIDIED_AT_ONCE: i64 = 1_000;

/// Why there is no pass.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// Others come first, or the draw is to come.
    #[error("it is not this place's turn yet")]
    NotYet,
    /// The place was used, and its time with all extensions is over or it has had all its carts.
    #[error("the place has been used up")]
    UsedUp,
    /// The database refused.
    #[error("the pass could not be written")]
    Db(#[from] DbError),
}

/// Gives the pass of a place, or more time for it. However often and from however many tabs it is asked for, one place
/// has one pass and one browser too, and it ends for good after [`MAX_EXTENSIONS`] or [`MAX_CARTS`]. Who has queued again
/// by then, and so has a later seat, begins anew.
///
/// # Errors
/// See [`PassError`].
pub async fn take_pass(ctx: &Ctx, tx: &mut TenantTx, open: &OpenRoom, place: &Place) -> Result<Pass, PassError> {
    let room = &open.room;
    if open.standing(place.seat, ctx.now()) != Standing::Turn {
        return Err(PassError::NotYet);
    }
    let key = (room.event, room.round, place.seat);
    let times = (ctx.now(), end(room, ctx.now(), ctx.now()));
    store::insert_pass(tx, key, &place.device, times).await?;
    let row = store::lock_pass(tx, room.event, room.round, &place.device).await?;
    // The seat was used by another browser: two browsers never have the same seat unless a token was forged.
    let row = row.ok_or(PassError::UsedUp)?;
    let ends_at = end(room, row.first_at, ctx.now()).max(row.ends_at);
    let pass = |seat, ends_at| Pass {
        event: room.event,
        round: room.round,
        seat,
        device: place.device,
        ends_at,
    };
    if is_used_up(&row, ends_at, ctx.now()) {
        if place.seat <= row.seat {
            return Err(PassError::UsedUp);
        }
        store::renew_pass(tx, key, &place.device, times).await?;
        return Ok(pass(place.seat, times.1));
    }
    if ends_at != row.ends_at {
        store::extend_pass(tx, (room.event, room.round, row.seat), ends_at).await?;
    }
    Ok(pass(row.seat, ends_at))
}

/// Tells whether nothing can be had with a pass any more; `ends_at` is the latest end that it can have.
fn is_used_up(row: &PassRow, ends_at: Timestamp, now: Timestamp) -> bool {
    ends_at <= now || row.carts >= MAX_CARTS
}

/// Full minutes from now, but no more than all extensions together from the first use.
fn end(room: &Room, first_at: Timestamp, now: Timestamp) -> Timestamp {
    let once = SignedDuration::from_mins(i64::from(room.pass_minutes));
    (now + once).min(first_at + once * i32::try_from(MAX_EXTENSIONS + 1).unwrap_or(1))
}

/// Counts the passes of a room's present round.
///
/// # Errors
/// The database refused.
pub async fn count_passes(tx: &mut TenantTx, room: &Room) -> Result<u64, DbError> {
    store::count_passes(tx, room.event, room.round).await
}

/// Deletes passes that ended a month ago, some at a time.
#[derive(Debug, Clone, Copy)]
pub struct TidyPasses;

#[async_trait]
impl Chore for TidyPasses {
    fn name(&self) -> &'static str {
        "waiting_room.tidy_passes"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        store::delete_passes(tx, ctx.now() - KEEP, TIDIED_AT_ONCE).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::waiting_room::room::tests::{at, sample};

    #[test]
    fn more_time_is_given_ten_times_and_no_more() {
        let room = sample(0, 60);
        assert_eq!(end(&room, at(0), at(0)), at(600));
        assert_eq!(end(&room, at(0), at(590)), at(1_190));
        assert_eq!(end(&room, at(0), at(6_500)), at(6_600));
        assert_eq!(end(&room, at(0), at(9_000)), at(6_600));
    }
}
