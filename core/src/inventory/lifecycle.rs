//! Moves one hold between its states, inside the caller's transaction.

use std::collections::HashMap;

use bilten_kernel::{AttemptId, Ctx, HoldId, OrderId, OrderLineId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{HOLD_TTL, Hold, HoldState, persons, store};
use crate::{seating, waitlist};

/// A hold could not be moved on.
#[derive(Debug, thiserror::Error)]
pub enum HoldGone {
    /// The hold is not in a state that allows it, has expired, or does not exist.
    #[error("the hold is gone")]
    Gone,
    /// Its stock was sold to somebody else meanwhile.
    #[error("the stock is gone")]
    NoStock,
    /// The database refused.
    #[error("could not move the hold")]
    Db(#[from] DbError),
}

fn moved(rows: u64) -> Result<(), HoldGone> {
    if rows == 1 { Ok(()) } else { Err(HoldGone::Gone) }
}

/// Reads a hold.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: HoldId) -> Result<Option<Hold>, DbError> {
    store::find_hold(tx, id).await
}

/// Reads a hold and keeps others from moving it until the transaction ends.
///
/// # Errors
/// The database refused.
pub async fn lock(tx: &mut TenantTx, id: HoldId) -> Result<Option<Hold>, DbError> {
    Ok(store::lock_holds(tx, &[id]).await?.remove(&id))
}

/// Reads holds and keeps others from moving them until the transaction ends; those that do not exist are missing.
///
/// # Errors
/// The database refused.
pub async fn lock_many(tx: &mut TenantTx, ids: &[HoldId]) -> Result<HashMap<HoldId, Hold>, DbError> {
    store::lock_holds(tx, ids).await
}

/// Pins several holds, each by its attempt, as [`pin`] does. The caller has locked them and looked at them.
///
/// # Errors
/// One of them was not held: the transaction must be rolled back.
pub async fn pin_many(tx: &mut TenantTx, pins: &[(HoldId, AttemptId, Timestamp)]) -> Result<(), HoldGone> {
    all_moved(store::pin_many(tx, pins).await?, pins.len())
}

/// `held | pinned → converted` for several holds that the caller has locked and looked at. Their places are not sold yet:
/// [`sell_many`] must follow in the same transaction, as late as can be. Tells whether any of them has seats.
///
/// # Errors
/// One of them was in another state: the transaction must be rolled back.
pub async fn convert_many(tx: &mut TenantTx, ids: &[HoldId]) -> Result<bool, HoldGone> {
    let (converted, are_seated) = store::convert_many(tx, ids).await?;
    all_moved(converted, ids.len())?;
    Ok(are_seated)
}

/// Sells the places of holds that this transaction converted.
///
/// # Errors
/// The database refused.
pub async fn sell_many(tx: &mut TenantTx, ids: &[HoldId]) -> Result<(), DbError> {
    store::move_places(tx, ids, -1, 1).await
}

fn all_moved(rows: u64, wanted: usize) -> Result<(), HoldGone> {
    if usize::try_from(rows) == Ok(wanted) {
        Ok(())
    } else {
        Err(HoldGone::Gone)
    }
}

/// `held → pinned`: from now on only the end of the attempt gives the stock back.
///
/// # Errors
/// The hold has expired or is not held.
pub async fn pin(tx: &mut TenantTx, ctx: &Ctx, id: HoldId, attempt: AttemptId) -> Result<(), HoldGone> {
    moved(store::pin(tx, id, attempt, ctx.now()).await?)
}

/// `pinned → held`: the attempt ended without money; the buyer has until `until` to try again, but not beyond
/// [`HOLD_MAX_AGE`](super::HOLD_MAX_AGE). Returns when the hold ends, which may have passed.
///
/// # Errors
/// The hold is not pinned by this attempt.
pub async fn unpin(tx: &mut TenantTx, id: HoldId, attempt: AttemptId, until: Timestamp) -> Result<Timestamp, HoldGone> {
    store::unpin(tx, id, attempt, until).await?.ok_or(HoldGone::Gone)
}

/// Hold that is converted while its places are not sold yet: [`sell`](Self::sell) must follow in the same transaction.
///
/// The pools' rows are the hottest of all; a transaction takes them last, so that others wait for its commit alone.
#[derive(Debug)]
#[must_use = "the places are not sold yet"]
pub struct Converted {
    hold: HoldId,
    from: Before,
    has_seats: bool,
}

/// Where a hold stood before it was converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It counted as its person's.
    Pinned,
    /// It may have expired, and its person may have bought others since.
    Held,
    /// Its places were free.
    Released,
}

impl Converted {
    /// Sells the places, and tells whether the hold has seats. One that had been released gets seats again, others perhaps.
    ///
    /// # Errors
    /// The hold had been released, and its stock was sold to somebody else meanwhile, or its person has as many tickets as
    /// he may have by now.
    pub async fn sell(self, tx: &mut TenantTx, now: Timestamp) -> Result<bool, HoldGone> {
        if self.from == Before::Pinned {
            store::move_places(tx, &[self.hold], -1, 1).await?;
            return Ok(self.has_seats);
        }
        let hold = store::find_hold(tx, self.hold).await?.ok_or(HoldGone::Gone)?;
        if hold.limits_persons && !persons::would_fit(tx, &hold, now).await? {
            return Err(HoldGone::NoStock);
        }
        if self.from == Before::Held {
            store::move_places(tx, &[self.hold], -1, 1).await?;
            return Ok(self.has_seats);
        }
        if !store::sell_if_free(tx, self.hold).await? {
            return Err(HoldGone::NoStock);
        }
        let seats = seating::take_late(tx, &hold).await?.ok_or(HoldGone::NoStock)?;
        Ok(!seats.seats.is_empty())
    }
}

/// `held | pinned | cancelling → converted`, and `released → converted` for money that came late.
///
/// # Errors
/// The hold was converted before, or does not exist.
pub async fn convert(tx: &mut TenantTx, id: HoldId) -> Result<Converted, HoldGone> {
    for (from, states) in [
        (Before::Pinned, &["pinned", "cancelling"][..]),
        (Before::Held, &["held"]),
        (Before::Released, &["released"]),
    ] {
        if let Some(has_seats) = store::set_state(tx, id, states, "converted").await? {
            return Ok(Converted {
                hold: id,
                from,
                has_seats,
            });
        }
    }
    Err(HoldGone::Gone)
}

/// `pinned → cancelling`: the attempt is being called off.
///
/// # Errors
/// The hold is not pinned.
pub async fn begin_cancel(tx: &mut TenantTx, id: HoldId) -> Result<(), HoldGone> {
    match store::set_state(tx, id, &["pinned"], "cancelling").await? {
        Some(_) => Ok(()),
        None => Err(HoldGone::Gone),
    }
}

/// `cancelling → pinned`: the attempt cannot be called off any more, its money is on the way.
///
/// # Errors
/// The hold is not being called off for this attempt.
pub async fn keep(tx: &mut TenantTx, id: HoldId, attempt: AttemptId) -> Result<(), HoldGone> {
    moved(store::keep(tx, id, attempt).await?)
}

/// `held | cancelling → released`: the stock is free again.
///
/// # Errors
/// The hold is in neither state.
pub async fn release(tx: &mut TenantTx, ctx: &Ctx, id: HoldId) -> Result<(), HoldGone> {
    let released = store::set_state(tx, id, &["held", "cancelling"], "released").await?;
    let has_seats = released.ok_or(HoldGone::Gone)?;
    store::move_places(tx, &[id], -1, 0).await?;
    if has_seats {
        seating::give_back(tx, &[id]).await?;
    }
    Ok(waitlist::note_freed_by(tx, ctx, id).await?)
}

/// Gives back places that were sold: so many of each line of the order made from the hold. With the last of them the use of
/// its promo code comes back as well, and its buyer has none of the tickets any more. The caller voids the tickets in
/// the same transaction, so that each place comes back once; seats are apart.
///
/// # Errors
/// The database refused.
pub async fn return_part(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (hold, order): (HoldId, OrderId),
    places: &[(OrderLineId, i64)],
    is_last: bool,
) -> Result<(), DbError> {
    if is_last {
        disown(tx, &[hold]).await?;
    }
    store::returns::return_places(tx, (hold, order), places, is_last).await?;
    waitlist::note_freed_by(tx, ctx, hold).await
}

/// Counts the tickets of these holds as nobody's.
///
/// # Errors
/// The database refused.
pub async fn disown(tx: &mut TenantTx, ids: &[HoldId]) -> Result<(), DbError> {
    persons::store::forget(tx, ids).await
}

/// Gives the buyer more time, once, but not beyond [`HOLD_MAX_AGE`](super::HOLD_MAX_AGE).
///
/// # Errors
/// The hold has expired, is not held, was extended before, or is too old to gain any time.
pub async fn extend(tx: &mut TenantTx, ctx: &Ctx, id: HoldId) -> Result<Timestamp, HoldGone> {
    store::extend(tx, id, ctx.now(), ctx.now() + HOLD_TTL)
        .await?
        .ok_or(HoldGone::Gone)
}

/// Gives a cart back at once; returns whether there was anything to give back. A cart whose
/// payment is under way is left alone.
///
/// # Errors
/// The database refused.
pub async fn abandon(tx: &mut TenantTx, ctx: &Ctx, id: HoldId) -> Result<bool, DbError> {
    if !take_back(tx, id).await? {
        return Ok(false);
    }
    waitlist::free_by_choice(tx, ctx, id).await?;
    Ok(true)
}

/// Frees the stock of a hold that its requester never saw. Whoever waits for it is served with the lane's next group.
pub(super) async fn take_back(tx: &mut TenantTx, id: HoldId) -> Result<bool, DbError> {
    let Some(has_seats) = store::set_state(tx, id, &["held"], "released").await? else {
        return Ok(false);
    };
    store::move_places(tx, &[id], -1, 0).await?;
    if has_seats {
        seating::give_back(tx, &[id]).await?;
    }
    Ok(true)
}

impl HoldState {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Pinned(_) => "pinned",
            Self::Converted => "converted",
            Self::Cancelling(_) => "cancelling",
            Self::Released => "released",
        }
    }
}
