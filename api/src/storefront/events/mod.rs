//! An event's page, its calendar file, and the form that puts tickets in a cart.

pub mod calendar;
mod carts;
mod form;
pub mod view;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use bilten_core::catalog::{self, EventDetail};
use bilten_kernel::Slug;
use http::header::CONTENT_TYPE;

use super::{queue, shop::Shop};
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Public);
    vec![
        Route::get("/events/{slug}", face, access, show),
        Route::get("/events/{slug}/calendar.ics", face, access, show_calendar).open_when_suspended(),
        Route::post("/events/{slug}/carts", face, access, carts::create).repeats(Repeat::FormKey),
    ]
}

/// `GET /events/{slug}`.
async fn show(Path(slug): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let (detail, organizer) = get_event_and_organizer(&state, &shop, &slug).await?;
    let mut page = view::event(&shop, &detail, &form::Typed::fresh(&shop));
    page.organizer = organizer;
    page.queue_url = queue::address(&state, &shop, &slug).await?;
    shop.html(&page)
}

/// `GET /events/{slug}/calendar.ics`.
async fn show_calendar(
    Path(slug): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let detail = get_event(&state, &shop, &slug).await?;
    let url = shop.absolute(&super::urls::event(&detail.event.slug));
    let file = calendar::write(&detail.event, shop.tenant.tenant.primary_host.as_str(), &url);
    Ok(([(CONTENT_TYPE, "text/calendar; charset=utf-8")], file).into_response())
}

async fn get_event(state: &AppState, shop: &Shop, slug: &str) -> Result<EventDetail, Problem> {
    let (detail, _) = get_event_and_organizer(state, shop, slug).await?;
    Ok(detail)
}

/// The event, and the name of who holds it unless that is the shop's own.
async fn get_event_and_organizer(
    state: &AppState,
    shop: &Shop,
    slug: &str,
) -> Result<(EventDetail, Option<String>), Problem> {
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let mut tx = state.shop_db.begin(shop).await?;
    let found = catalog::find_public_event(shop, &mut tx, &slug).await?;
    let organizers = catalog::list_organizers(&mut tx).await?;
    tx.commit().await?;
    let detail = found.ok_or_else(Problem::not_found)?;
    let holder = organizers.into_iter().find(|o| o.id == detail.event.organizer);
    let name = holder.map(|organizer| organizer.name.to_string());
    Ok((detail, name.filter(|name| *name != shop.settings.name)))
}
