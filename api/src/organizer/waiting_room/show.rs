//! `GET /manage/events/{id}/waiting-room`.

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section,
    console::{RoomFigures, RoomForm, RoomState, WaitingRoomView},
};
use bilten_core::{
    catalog::{self, Event},
    waiting_room::{self, Mode, Room},
};
use bilten_kernel::{EventId, EventKind};
use bilten_tenancy::{TenantTx, permissions::Permission};
use data_encoding::HEXLOWER;

use super::{figures, state_of};
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, urls, wizard::local_time},
    storefront::urls as shop_urls,
};

pub(super) async fn show(PathId(id): PathId<EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    let (event, room, figures) = load(&console, &mut tx, id).await?;
    tx.commit().await?;
    let form = form_of(&room, &event);
    let view = view(&console, (&event, &room), figures, (form, FieldErrors::none()));
    console.html(Section::Events, &view)
}

/// Reads what the page shows.
pub(super) async fn load(
    console: &Console,
    tx: &mut TenantTx,
    id: EventId,
) -> Result<(Event, Room, RoomFigures), Problem> {
    let found = catalog::find_event(console, tx, id).await?;
    let event = found.ok_or_else(Problem::not_found)?.event;
    let room = waiting_room::find(console, tx, id).await?;
    let figures = figures::count(console, tx, &room).await?;
    Ok((event, room, figures))
}

pub(super) fn view(
    console: &Console,
    (event, room): (&Event, &Room),
    figures: RoomFigures,
    (form, errors): (RoomForm, FieldErrors),
) -> WaitingRoomView {
    let state = state_of(room, console.now());
    let is_open = !matches!(state, RoomState::Off | RoomState::Ready);
    WaitingRoomView {
        title: event.name.to_string(),
        event_url: urls::event(event.id),
        public_url: (is_open && event.is_public()).then(|| shop_urls::queue(&event.slug)),
        state,
        figures,
        figures_url: urls::waiting_room_figures(event.id),
        action: urls::waiting_room(event.id),
        pause_action: urls::waiting_room_pause(event.id),
        form,
        errors,
        zone: event.time_zone.to_string(),
        commitment: is_open.then(|| HEXLOWER.encode(&room.seed.commitment())),
        seed: room.drawn_count.map(|_| HEXLOWER.encode(room.seed.expose())),
        draw_url: shop_urls::queue_draw(&event.slug),
    }
}

fn form_of(room: &Room, event: &Event) -> RoomForm {
    let opens = room.opens_at.filter(|_| room.mode == Mode::On);
    RoomForm {
        mode: room.mode.name().to_owned(),
        opens: opens
            .map(|at| local_time::write(at, &event.time_zone))
            .unwrap_or_default(),
        per_minute: room.schedule.per_minute.to_string(),
        pass_minutes: room.pass_minutes.to_string(),
        auto_wait_s: room.auto_wait_s.to_string(),
        message: room.message.clone(),
    }
}
