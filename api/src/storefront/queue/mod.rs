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
    waiting_room::{self, OpenRoom, Pass, PassError},
};
use bilten_kernel::{Ctx, Slug, TenantId};
pub use cookies::{device, keep_device};
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
    LetIn {
        /// His pass.
        pass: Pass,
        /// Whether its time was over and more was given: his browser must keep the new one.
        is_renewed: bool,
    },
    /// He must wait first.
    Wait(Response),
}

/// Tells whether a buyer may choose tickets, and sends him to the waiting room if not. Whoever took longer than his pass
/// is valid gets more time as if he had asked for it, so that nobody loses what he has chosen for being slow.
///
/// # Errors
/// It is not known whether the event has a room, and the database is out of reach.
pub async fn admission(state: &AppState, ctx: &Ctx, slug: &str, headers: &HeaderMap) -> Result<Admission, Problem> {
    let Some(open) = state.rooms.find_open(ctx.tenant, slug).await? else {
        return Ok(Admission::NoRoom);
    };
    let visitor = Visitor::of(state, ctx, &open, headers);
    if let Some(pass) = visitor.pass {
        return Ok(Admission::LetIn {
            pass,
            is_renewed: false,
        });
    }
    if let Some(place) = visitor.place.filter(|_| visitor.has_expired_pass) {
        let mut tx = state.shop_db.begin(ctx).await?;
        match waiting_room::take_pass(ctx, &mut tx, &open, &place).await {
            Ok(pass) => {
                tx.commit().await?;
                return Ok(Admission::LetIn { pass, is_renewed: true });
            }
            Err(PassError::NotYet | PassError::UsedUp) => {}
            Err(PassError::Db(error)) => return Err(error.into()),
        }
    }
    let to_queue = Redirect::to(&urls::queue(&open.event.slug)).into_response();
    Ok(Admission::Wait(to_queue))
}

/// Has the browser keep a pass.
pub fn keep_pass(response: &mut Response, state: &AppState, (tenant, slug): (TenantId, &Slug), pass: &Pass) {
    let token = state.rooms.signer().pass(tenant, pass);
    cookies::keep(response, &state.config.http, slug, cookies::PASS, token);
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
