//! What happens to rooms by itself: the draw at the opening; opening when buyers wait too long, closing when nobody
//! comes any more. Any node may do it, and the row's lock makes it happen once.

use std::time::Duration;

use bilten_kernel::{Ctx, EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use serde_json::json;

use super::{Mode, Room, Seed, store};

/// How long nobody must have come before a room that opened by itself closes.
const QUIET: SignedDuration = SignedDuration::from_mins(2);

/// Draws if the opening has passed, and tells the audit log the seed; the caller saves the room.
pub(super) async fn draw(ctx: &Ctx, tx: &mut TenantTx, room: &mut Room) -> Result<bool, DbError> {
    if !room.draw_if_due(ctx.now()) {
        return Ok(false);
    }
    let entry = audit::Entry {
        action: "waiting_room.drawn",
        object: room.event.to_string(),
        details: json!({
            "round": room.round,
            "seats": room.drawn_count,
            "seed": HEXLOWER.encode(room.seed.expose()),
            "commitment": HEXLOWER.encode(&room.seed.commitment()),
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(true)
}

/// What a look at a room calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Draw,
    Open,
    Close,
}

/// Decides what is due; `wait` is how long buyers wait for stock now.
pub(super) fn due(room: &Room, wait: Duration, now: Timestamp) -> Due {
    if room.is_draw_due(now) {
        return Due::Draw;
    }
    if room.mode != Mode::Auto {
        return Due::Nothing;
    }
    let is_long = wait >= Duration::from_secs(room.auto_wait_s.into());
    if room.opens_at.is_none() {
        return if is_long { Due::Open } else { Due::Nothing };
    }
    let last = room.joined_at.max(room.opens_at);
    let is_quiet = last.is_none_or(|last| last + QUIET <= now);
    if is_quiet && !is_long && !room.schedule.is_paused && room.admitted_by(now) >= room.next_seat {
        return Due::Close;
    }
    Due::Nothing
}

/// Does what is due, if it still is when the row is locked.
pub(super) async fn settle(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    wait: Duration,
) -> Result<Option<Room>, DbError> {
    let Some(mut room) = store::lock(tx, event).await? else {
        return Ok(None);
    };
    match due(&room, wait, ctx.now()) {
        Due::Nothing => return Ok(Some(room)),
        Due::Draw => {
            draw(ctx, tx, &mut room).await?;
        }
        Due::Open => {
            room.restart(ctx.random_uuid(), Seed::new(ctx.random()), ctx.now());
            room.opens_at = Some(ctx.now());
            note(ctx, tx, &room, "waiting_room.opened").await?;
            draw(ctx, tx, &mut room).await?;
        }
        Due::Close => {
            note(ctx, tx, &room, "waiting_room.closed").await?;
            room.restart(ctx.random_uuid(), Seed::new(ctx.random()), ctx.now());
            room.opens_at = None;
        }
    }
    room.version += 1;
    store::save(tx, &room, ctx.now()).await?;
    Ok(Some(room))
}

async fn note(ctx: &Ctx, tx: &mut TenantTx, room: &Room, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: room.event.to_string(),
        details: json!({ "round": room.round, "seats": room.next_seat }),
    };
    audit::record(tx, ctx, entry).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::waiting_room::room::tests::{at, sample};

    fn auto() -> Room {
        Room {
            mode: Mode::Auto,
            opens_at: None,
            ..sample(0, 60)
        }
    }

    #[test]
    fn a_room_opens_when_buyers_wait_too_long_and_closes_when_all_are_through() {
        let (short, long) = (Duration::from_secs(4), Duration::from_secs(5));
        let mut room = auto();
        assert_eq!(due(&room, short, at(0)), Due::Nothing);
        assert_eq!(due(&room, long, at(0)), Due::Open);
        room.opens_at = Some(at(0));
        assert_eq!(due(&room, long, at(0)), Due::Draw);
        room.draw_if_due(at(0));
        room.give_seats(200, at(10));
        assert_eq!(due(&room, short, at(131)), Due::Nothing, "some still wait");
        assert_eq!(due(&room, short, at(400)), Due::Close);
        assert_eq!(due(&room, long, at(400)), Due::Nothing, "stock is still in demand");
        room.reschedule(at(400), 60, true);
        assert_eq!(due(&room, short, at(900)), Due::Nothing, "a pause is no quiet time");
    }

    #[test]
    fn a_room_that_the_organizer_opened_stays() {
        let mut room = sample(0, 60);
        room.draw_if_due(at(0));
        assert_eq!(due(&room, Duration::from_mins(1), at(9_999)), Due::Nothing);
    }
}
