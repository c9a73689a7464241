//! The waiting room before an event's sale: its page, what it is told between two looks, joining, entering, the draw.
//!
//! Page and status are answered from memory: no query for a visitor. The page is rendered once for all who see the same
//! and filled with the visitor's own numbers; it works without script, which only saves looking by hand.

mod challenge;
mod cookies;
mod desk;
mod draw;
mod join;
mod numbers;
mod page;
mod pass;
mod status;
mod velocity;
mod visitor;

use std::sync::Arc;

use axum::response::{IntoResponse as _, Redirect, Response};
use bilten_core::{catalog, waiting_room::OpenRoom};
use bilten_kernel::{Ctx, Slug};
pub use desk::QueueDesk;
use http::HeaderMap;
use visitor::Visitor;

use super::urls;
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Public);
    vec![
        Route::get("/events/{slug}/queue", face, access, page::show),
        Route::post("/events/{slug}/queue", face, access, join::create).repeats(Repeat::State),
        Route::get("/events/{slug}/queue/status", face, access, status::show),
        Route::get("/events/{slug}/queue/challenge", face, access, challenge::show),
        Route::post("/events/{slug}/queue/pass", face, access, pass::create).repeats(Repeat::State),
        Route::get("/events/{slug}/queue/draw", face, access, draw::show),
    ]
}

/// Sends a buyer without a pass to the waiting room; `None` when he may choose tickets.
///
/// # Errors
/// It is not known whether the event has a room, and the database is out of reach.
pub async fn turn_away(
    state: &AppState,
    ctx: &Ctx,
    slug: &str,
    headers: &HeaderMap,
) -> Result<Option<Response>, Problem> {
    let Some(open) = state.rooms.find_open(ctx.tenant, slug).await? else {
        return Ok(None);
    };
    let visitor = Visitor::of(state, ctx, &open, headers);
    let is_let_in = visitor.pass.is_some();
    Ok((!is_let_in).then(|| Redirect::to(&urls::queue(&open.event.slug)).into_response()))
}

/// Returns the address of the waiting room that an event's buyers must pass now.
///
/// # Errors
/// As [`turn_away`].
pub async fn address(state: &AppState, ctx: &Ctx, slug: &str) -> Result<Option<String>, Problem> {
    let open = state.rooms.find_open(ctx.tenant, slug).await?;
    Ok(open.map(|open| urls::queue(&open.event.slug)))
}

/// Finds the open room of an event that buyers may see; `None` when they need not queue.
async fn find(state: &AppState, ctx: &Ctx, slug: &str) -> Result<Option<Arc<OpenRoom>>, Problem> {
    if let Some(open) = state.rooms.find_open(ctx.tenant, slug).await? {
        return Ok(Some(open));
    }
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let mut tx = state.shop_db.begin(ctx).await?;
    let found = catalog::find_public_event(ctx, &mut tx, &slug).await?;
    tx.commit().await?;
    found.ok_or_else(Problem::not_found)?;
    Ok(None)
}

/// Where there is nothing to wait for.
fn to_event(slug: &str) -> Result<Response, Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    Ok(Redirect::to(&urls::event(&slug)).into_response())
}
