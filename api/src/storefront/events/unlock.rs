//! Locked tickets: shown to who names a code that unlocks them, in the address or on the page.
//!
//! Somebody's own page is never kept in memory. Wrong codes are counted by network; who typed too many is told to wait.

use axum::response::Response;
use bilten_branding::{texts, views::Text};
use bilten_core::{
    catalog::EventDetail,
    promo::{Guesser, Lookup, PromoCode},
};
use http::StatusCode;

use super::{form::Typed, load_with, view};
use crate::{
    http::{AppState, Network, extract::ClientIp, problem::Problem},
    storefront::{queue, shop::Shop},
};

/// An event as somebody with codes sees it.
pub(super) struct Found {
    pub detail: EventDetail,
    /// Who holds it unless that is the shop itself.
    pub organizer: Option<String>,
    /// What came of looking his codes up.
    pub lookup: Lookup,
}

/// Finds the event of an address, with the locked tickets that the codes unlock.
pub(super) async fn find(
    state: &AppState,
    shop: &Shop,
    (slug, client): (&str, ClientIp),
    codes: &[PromoCode],
) -> Result<Found, Problem> {
    let network = client.network().filter(|network| network.is_public());
    let network = network.map(Network::octets);
    let guesser = Guesser::of(&state.master_key, shop.tenant.ctx.tenant, network.as_deref());
    let slug = slug.parse().map_err(|_| Problem::not_found())?;
    let found = load_with(state, shop, &slug, Some((codes, guesser))).await?;
    found.ok_or_else(Problem::not_found)
}

/// Shows an event to somebody whose code stands in the address.
pub(super) async fn show(
    state: &AppState,
    shop: &Shop,
    (slug, client): (&str, ClientIp),
    mut typed: Typed,
) -> Result<Response, Problem> {
    let queue_url = queue::address(state, shop, slug).await?;
    let codes = typed.promos().unwrap_or_default();
    let found = find(state, shop, (slug, client), &codes).await?;
    explain(&mut typed, found.lookup);
    let mut page = view::event(shop, &found.detail, &typed);
    page.organizer = found.organizer;
    page.queue_url = queue_url;
    shop.html_with(typed.status, &page)
}

/// Says in the form what is wrong with the codes.
pub(super) fn explain(typed: &mut Typed, lookup: Lookup) {
    let (key, status) = match lookup {
        Lookup::Idle | Lookup::Right => return,
        Lookup::Wrong => (texts::ERROR_PROMO_UNKNOWN, StatusCode::OK),
        Lookup::Refused => (texts::ERROR_PROMO_GUESSED, StatusCode::TOO_MANY_REQUESTS),
    };
    typed.unlock_error = Some(Text::new(key));
    typed.status = status;
}
