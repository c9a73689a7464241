//! `GET /events/{slug}/queue/draw`: everything that somebody needs to verify the draw, and how.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use bilten_core::{
    catalog,
    waiting_room::{self, ALGORITHM, Room},
};
use bilten_kernel::{Ctx, Slug};
use data_encoding::HEXLOWER;
use http::{HeaderValue, header::CACHE_CONTROL};
use serde::Serialize;

use super::to_event;
use crate::http::{AppState, extract::TenantCtx, problem::Problem};

/// How the draw is verified, in a language that many read.
const PROGRAM: &str = include_str!("verify.py");

/// What is public about a draw.
#[derive(Debug, Serialize)]
struct Published {
    /// Name of the event in addresses.
    event: String,
    /// Which draw of the event it is.
    round: String,
    /// How places are made from seats.
    algorithm: &'static str,
    /// When the draw is, or was.
    opens_at: Option<String>,
    /// SHA-256 of the seed, in hexadecimal; published before the draw.
    commitment: String,
    /// The seed, in hexadecimal; published with the draw.
    seed: Option<String>,
    /// Number of seats that took part.
    seats: Option<u64>,
    /// Program that computes the place of each seat.
    program: &'static str,
}

/// Publishes the draw; what was drawn stays published after the room was closed.
pub(super) async fn show(
    Path(slug): Path<String>,
    ctx: TenantCtx,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let open = state.rooms.find_open(ctx.ctx.tenant, &slug).await?;
    let found = match open {
        Some(open) => Some(open.room.clone()),
        None => find_drawn(&state, &ctx, &slug).await?,
    };
    let Some(room) = found else {
        return to_event(&slug);
    };
    let published = Published {
        event: slug,
        round: room.round.to_string(),
        algorithm: ALGORITHM,
        opens_at: room.opens_at.map(|at| at.to_string()),
        commitment: HEXLOWER.encode(&room.seed.commitment()),
        seed: room.drawn_count.map(|_| HEXLOWER.encode(room.seed.expose())),
        seats: room.drawn_count,
        program: PROGRAM,
    };
    let mut response = Json(published).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Finds the room of an event that buyers may see, if it has drawn.
async fn find_drawn(state: &AppState, ctx: &Ctx, slug: &str) -> Result<Option<Room>, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let mut tx = state.shop_db.begin(ctx).await?;
    let found = catalog::find_public_event(ctx, &mut tx, &slug).await?;
    let event = found.ok_or_else(Problem::not_found)?.event;
    let room = waiting_room::find(ctx, &mut tx, event.id).await?;
    tx.commit().await?;
    Ok(room.drawn_count.is_some().then_some(room))
}
