//! `GET /manage/events/{id}/waiting-room/figures`: the counters, ready to be shown.

use std::collections::BTreeMap;

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use bilten_branding::views::console::RoomFigures;
use bilten_core::waiting_room::{self, Figures, Room};
use bilten_kernel::EventKind;
use bilten_tenancy::{TenantTx, permissions::Permission};

use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::console::Console,
};

pub(super) async fn show(PathId(id): PathId<EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    let room = waiting_room::find(&console, &mut tx, id).await?;
    let figures = count(&console, &mut tx, &room).await?;
    tx.commit().await?;
    let speaker = console.state.renderer.speaker(console.tenant.ctx.locale);
    let figure = |number: u64| speaker.number(i64::try_from(number).unwrap_or(i64::MAX));
    let shown: BTreeMap<&str, String> = [
        ("waiting", figure(figures.waiting)),
        ("admitted", figure(figures.admitted)),
        ("entered", figure(figures.entered)),
        ("drawn", figure(figures.drawn)),
        ("joined_a_minute", figure(figures.joined_a_minute)),
    ]
    .into();
    Ok(Json(shown).into_response())
}

/// Counts what goes on in a room: the row says how far it is, the passes say who has entered.
pub(super) async fn count(console: &Console, tx: &mut TenantTx, room: &Room) -> Result<RoomFigures, Problem> {
    let entered = waiting_room::count_passes(tx, room).await?;
    let Figures {
        drawn,
        admitted,
        waiting,
        joined_a_minute,
        ..
    } = console.state.rooms.figures(room);
    Ok(RoomFigures {
        waiting,
        admitted,
        entered,
        drawn,
        joined_a_minute,
    })
}
