//! `POST /manage/events/{id}/waiting-room/pause`.

use axum::response::Response;
use bilten_branding::texts;
use bilten_core::waiting_room::{self, PauseError};
use bilten_kernel::EventKind;
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use crate::{
    http::{
        extract::CsrfForm,
        ids::PathId,
        problem::Problem,
        shell::{redirect, redirect_saying},
    },
    organizer::{console::Console, urls},
};

/// What is wanted.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// `yes` pauses, everything else goes on.
    paused: String,
}

/// Pauses the room, or lets it go on.
pub(super) async fn set(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(wanted): CsrfForm<Wanted>,
) -> Result<Response, Problem> {
    let is_paused = wanted.paused == "yes";
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    match waiting_room::set_paused(&console, &mut tx, id, is_paused).await {
        Ok(_) => {
            tx.commit().await?;
            console.state.rooms.refresh(console.tenant.ctx.tenant).await?;
            let said = if is_paused {
                texts::FLASH_ROOM_PAUSED
            } else {
                texts::FLASH_ROOM_RESUMED
            };
            Ok(redirect_saying(&urls::waiting_room(id), said))
        }
        // A room that was never set up lets everybody in.
        Err(PauseError::NotFound) => Ok(redirect(&urls::waiting_room(id))),
        Err(PauseError::Db(error)) => Err(error.into()),
    }
}
