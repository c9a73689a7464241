//! What the organizer decides about a room.

use bilten_kernel::{Ctx, EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use data_encoding::HEXLOWER;
use serde_json::json;

use super::{Mode, Room, Seed, store};

/// What is asked of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSettings {
    /// Whether it is used.
    pub mode: Mode,
    /// When the draw is; at once when nobody says. Counts for [`Mode::On`], and until the draw only.
    pub opens_at: Option<Timestamp>,
    /// Places let in a minute, 1 to 100,000.
    pub per_minute: u32,
    /// Minutes for which a pass is valid, 2 to 120.
    pub pass_minutes: u32,
    /// Expected wait in seconds from which on it opens by itself, 1 to 600.
    pub auto_wait_s: u32,
    /// What those who wait are told, 500 characters at most.
    pub message: String,
}

/// Failure to set a room up.
#[derive(Debug, thiserror::Error)]
pub enum ConfigureError {
    /// The tenant has no such event.
    #[error("the event does not exist")]
    NotFound,
    /// A number is out of its range, or the message is too long.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// The database refused.
    #[error("could not set the waiting room up")]
    Db(#[from] DbError),
}

/// Finds the room of an event; one that was never set up is off.
///
/// # Errors
/// The database refused.
pub async fn find(ctx: &Ctx, tx: &mut TenantTx, event: EventId) -> Result<Room, DbError> {
    let found = store::find(tx, event).await?;
    Ok(found.unwrap_or_else(|| store::fresh(ctx, event)))
}

/// Sets a room up. Switching it on begins a new round with a new seed; a room that is in use keeps its seats, and one
/// that has drawn keeps its opening.
///
/// # Errors
/// See [`ConfigureError`].
pub async fn configure(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    settings: RoomSettings,
) -> Result<Room, ConfigureError> {
    check(&settings)?;
    let mut room = match store::lock(tx, event).await? {
        Some(room) => room,
        None if store::event_exists(tx, event).await? => store::fresh(ctx, event),
        None => return Err(ConfigureError::NotFound),
    };
    apply(ctx, &mut room, settings);
    store::save(tx, &room, ctx.now()).await?;
    let entry = audit::Entry {
        action: "waiting_room.configured",
        object: event.to_string(),
        details: json!({
            "round": room.round,
            "mode": room.mode.name(),
            "opens_at": room.opens_at,
            "per_minute": room.schedule.per_minute,
            "pass_minutes": room.pass_minutes,
            "auto_wait_s": room.auto_wait_s,
            "commitment": HEXLOWER.encode(&room.seed.commitment()),
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(room)
}

fn check(settings: &RoomSettings) -> Result<(), ConfigureError> {
    let ranges = [
        ("per_minute", (1..=100_000).contains(&settings.per_minute)),
        ("pass_minutes", (2..=120).contains(&settings.pass_minutes)),
        ("auto_wait_s", (1..=600).contains(&settings.auto_wait_s)),
        ("message", settings.message.chars().count() <= 500),
    ];
    match ranges.into_iter().find(|(_, is_fit)| !is_fit) {
        Some((field, _)) => Err(ConfigureError::OutOfRange(field)),
        None => Ok(()),
    }
}

fn apply(ctx: &Ctx, room: &mut Room, settings: RoomSettings) {
    if room.mode == Mode::Off && settings.mode != Mode::Off {
        room.restart(ctx.random_uuid(), Seed::new(ctx.random()), ctx.now());
        room.opens_at = None;
    }
    if room.drawn_count.is_none() && settings.mode == Mode::On {
        room.opens_at = Some(settings.opens_at.unwrap_or_else(|| ctx.now()));
    }
    room.mode = settings.mode;
    room.reschedule(ctx.now(), settings.per_minute, room.schedule.is_paused);
    room.pass_minutes = settings.pass_minutes;
    room.auto_wait_s = settings.auto_wait_s;
    room.message = settings.message;
    room.version += 1;
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bilten_kernel::{Actor, RequestId, SeededEntropy, TenantId};
    use uuid::Uuid;

    use super::*;
    use crate::waiting_room::room::tests::{at, sample};

    fn ctx(seconds: i64) -> Ctx {
        let request = RequestId::parse("t").unwrap();
        let tenant = TenantId::from_uuid(Uuid::nil());
        Ctx::new(
            tenant,
            Actor::System,
            request,
            at(seconds),
            Arc::new(SeededEntropy::new(1)),
        )
    }

    fn settings(mode: Mode, opens: Option<i64>) -> RoomSettings {
        RoomSettings {
            mode,
            opens_at: opens.map(at),
            per_minute: 120,
            pass_minutes: 15,
            auto_wait_s: 10,
            message: "Soon".to_owned(),
        }
    }

    #[test]
    fn a_room_in_use_keeps_seats_and_seed_and_a_new_round_has_others() {
        let mut room = sample(100, 60);
        let first = room.seed.clone();
        room.give_seats(7, at(10));
        apply(&ctx(20), &mut room, settings(Mode::On, Some(300)));
        assert_eq!(
            (room.next_seat, room.opens_at, room.seed == first),
            (7, Some(at(300)), true)
        );
        room.draw_if_due(at(300));
        apply(&ctx(310), &mut room, settings(Mode::On, Some(900)));
        assert_eq!(room.opens_at, Some(at(300)), "what is drawn stays drawn");
        apply(&ctx(320), &mut room, settings(Mode::Off, None));
        assert!(!room.is_open());
        apply(&ctx(330), &mut room, settings(Mode::On, None));
        assert_eq!(
            (room.next_seat, room.drawn_count, room.opens_at),
            (0, None, Some(at(330)))
        );
        assert!(room.seed != first);
    }

    #[test]
    fn a_room_that_opens_by_itself_is_closed_at_first() {
        let mut room = Room {
            mode: Mode::Off,
            ..sample(0, 60)
        };
        apply(&ctx(0), &mut room, settings(Mode::Auto, Some(50)));
        assert!(!room.is_open() && room.opens_at.is_none());
    }

    #[test]
    fn senseless_numbers_are_refused() {
        for (field, odd) in [
            (
                "per_minute",
                RoomSettings {
                    per_minute: 0,
                    ..settings(Mode::On, None)
                },
            ),
            (
                "pass_minutes",
                RoomSettings {
                    pass_minutes: 1,
                    ..settings(Mode::On, None)
                },
            ),
            (
                "auto_wait_s",
                RoomSettings {
                    auto_wait_s: 601,
                    ..settings(Mode::On, None)
                },
            ),
            (
                "message",
                RoomSettings {
                    message: "x".repeat(501),
                    ..settings(Mode::On, None)
                },
            ),
        ] {
            assert!(matches!(check(&odd), Err(ConfigureError::OutOfRange(found)) if found == field));
        }
        assert!(check(&settings(Mode::On, None)).is_ok());
    }
}
