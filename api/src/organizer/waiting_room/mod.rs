//! The waiting room of an event: settings, pause, counters, draw.

mod figures;
mod pause;
mod save;
mod show;

use bilten_branding::views::console::RoomState;
use bilten_core::waiting_room::{Mode, Room};
use bilten_kernel::Timestamp;
use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::EventUpdate));
    vec![
        Route::get("/manage/events/{id}/waiting-room", face, access, show::show).ids(EVENT),
        Route::post("/manage/events/{id}/waiting-room", face, access, save::save)
            .ids(EVENT)
            .repeats(Repeat::State),
        Route::get("/manage/events/{id}/waiting-room/figures", face, access, figures::show).ids(EVENT),
        Route::post("/manage/events/{id}/waiting-room/pause", face, access, pause::set)
            .ids(EVENT)
            .repeats(Repeat::State),
    ]
}

/// Tells what goes on in a room.
fn state_of(room: &Room, now: Timestamp) -> RoomState {
    match (room.mode, room.opens_at) {
        (Mode::Off, _) => RoomState::Off,
        (Mode::On | Mode::Auto, None) => RoomState::Ready,
        _ if room.schedule.is_paused => RoomState::Paused,
        (Mode::On | Mode::Auto, Some(opening)) if now < opening => RoomState::Before,
        (Mode::On | Mode::Auto, Some(_)) => RoomState::Open,
    }
}
