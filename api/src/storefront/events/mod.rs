//! An event's page, its calendar file, and the form that puts tickets in a cart.
//!
//! The page and its piece about what is left are the same for everybody and kept in memory
//! ([`crate::http::pages`]). What is shown after a form that could not be served is somebody's own.

mod availability;
pub mod calendar;
mod carts;
mod form;
pub mod moving;
pub mod offers;
mod shelf;
mod unlock;
pub mod view;

use axum::{
    Extension,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use bilten_branding::views::View;
use bilten_core::{
    catalog::{self, EventDetail},
    promo::{Guesser, Lookup, PromoCode},
};
use bilten_kernel::Slug;
use http::header::CONTENT_TYPE;
pub use shelf::Shelf;

use self::{shelf::Recent, unlock::Found};
use super::{queue, shop::Shop};
use crate::http::{
    AppState,
    extract::{ClientIp, Params},
    pages::{ForEverybody, StaysTrue},
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Public);
    vec![
        Route::get("/events/{slug}", face, access, show).shared(&["code"]),
        Route::get("/events/{slug}/availability", face, access, availability::show).shared(&[]),
        Route::get("/events/{slug}/prices/{ticket_type}", face, access, moving::show)
            .ids(&[("ticket_type", "ticket_type")])
            .shared(&[]),
        Route::get("/events/{slug}/calendar.ics", face, access, show_calendar).open_when_suspended(),
        Route::post("/events/{slug}/carts", face, access, carts::create).repeats(Repeat::FormKey),
    ]
}

/// `GET /events/{slug}`; with `?code=EARLY` that promo code stands in the form. It is looked up only where an event has locked
/// tickets, to show those that it unlocks; wrong ones are counted.
async fn show(
    Path(slug): Path<String>,
    shop: Shop,
    everybody: Option<Extension<ForEverybody>>,
    client: ClientIp,
    Params(query): Params<Vec<(String, String)>>,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    if let (None, Some((_, code))) = (&everybody, query.iter().find(|(name, _)| name == "code")) {
        let mut typed = form::Typed::fresh();
        typed.type_promo(code);
        return unlock::show(&state, &shop, (&slug, client), typed).await;
    }
    show_with(&state, &shop, (&slug, everybody), |shop, detail, beside| {
        let mut page = view::event(shop, detail, &form::Typed::fresh());
        page.organizer = beside.organizer;
        page.queue_url = beside.queue_url;
        page
    })
    .await
}

/// What a page tells of an event beside the event itself.
struct Beside {
    /// Who holds it unless that is the shop itself.
    organizer: Option<String>,
    /// The waiting room that buyers must pass now.
    queue_url: Option<String>,
}

/// Shows an event: to everybody from memory with the counters of the last second, to one visitor as it is now.
async fn show_with<V: View>(
    state: &AppState,
    shop: &Shop,
    (slug, everybody): (&str, Option<Extension<ForEverybody>>),
    fill: impl FnOnce(&Shop, &EventDetail, Beside) -> V,
) -> Result<Response, Problem> {
    // A room that opens or closes changes the version of the tenant's pages.
    let queue_url = queue::address(state, shop, slug).await?;
    let slug: Slug = slug.parse().map_err(|_| Problem::not_found())?;
    let Some(Extension(ForEverybody { version })) = everybody else {
        let (detail, organizer) = get_event_and_organizer(state, shop, slug.as_str()).await?;
        return shop.html(&fill(shop, &detail, Beside { organizer, queue_url }));
    };
    let recent = Recent::find(state, shop, (version, &slug)).await?;
    let recent = recent.ok_or_else(Problem::not_found)?;
    let organizer = recent.organizer;
    let mut response = shop.html(&fill(shop, &recent.detail, Beside { organizer, queue_url }))?;
    response.extensions_mut().insert::<StaysTrue>(recent.stays_true);
    Ok(response)
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

/// The event of an address that buyers may see.
pub(super) async fn get_event(state: &AppState, shop: &Shop, slug: &str) -> Result<EventDetail, Problem> {
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
    load(state, shop, &slug).await?.ok_or_else(Problem::not_found)
}

async fn load(state: &AppState, shop: &Shop, slug: &Slug) -> Result<Option<(EventDetail, Option<String>)>, Problem> {
    let found = load_with(state, shop, slug, None).await?;
    Ok(found.map(|found| (found.detail, found.organizer)))
}

/// Loads an event, with the locked tickets that codes unlock.
async fn load_with(
    state: &AppState,
    shop: &Shop,
    slug: &Slug,
    codes: Option<(&[PromoCode], Guesser)>,
) -> Result<Option<Found>, Problem> {
    let mut tx = state.shop_db.begin(shop).await?;
    let found = if let Some(codes) = codes {
        catalog::find_public_event_with(shop, &mut tx, slug, codes).await?
    } else {
        let found = catalog::find_public_event(shop, &mut tx, slug).await?;
        found.map(|detail| (detail, Lookup::Idle))
    };
    let organizers = catalog::list_organizers(&mut tx).await?;
    // A wrong code is counted.
    tx.commit().await?;
    let Some((detail, lookup)) = found else { return Ok(None) };
    let holder = organizers.into_iter().find(|o| o.id == detail.event.organizer);
    let name = holder.map(|organizer| organizer.name.to_string());
    Ok(Some(Found {
        detail,
        organizer: name.filter(|name| *name != shop.settings.name),
        lookup,
    }))
}
