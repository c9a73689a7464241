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
use bilten_core::{
    catalog,
    waiting_room::{OpenRoom, Pass},
};
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

/// Whether a buyer may choose tickets.
pub enum Admission {
    /// There is nothing to wait for.
    NoRoom,
    /// It is his turn.
    LetIn(Pass),
    /// He must wait first.
    Wait(Response),
}

/// Tells whether a buyer may choose tickets, and sends him to the waiting room if not.
///
/// # Errors
/// It is not known whether the event has a room, and the database is out of reach.
pub async fn admission(state: &AppState, ctx: &Ctx, slug: &str, headers: &HeaderMap) -> Result<Admission, Problem> {
    let Some(open) = state.rooms.find_open(ctx.tenant, slug).await? else {
        return Ok(Admission::NoRoom);
    };
    Ok(match Visitor::of(state, ctx, &open, headers).pass {
        Some(pass) => Admission::LetIn(pass),
        None => Admission::Wait(Redirect::to(&urls::queue(&open.event.slug)).into_response()),
    })
}

/// Has the browser forget a place that is used up, so that it can queue again.
pub fn forget_place(response: &mut Response, state: &AppState, slug: &Slug) {
    for name in [cookies::PLACE, cookies::PASS] {
        cookies::keep(response, &state.config.http, slug, name, String::new());
    }
}

/// Returns the address of the waiting room that an event's buyers must pass now.
///
/// # Errors
/// As [`admission`].
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
