//! Puts tickets in a cart.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use bilten_branding::{
    texts,
    views::{Text, Tone},
};
use bilten_core::{
    catalog::Locks,
    inventory::{Extras, Hold, HoldError, HoldRequest},
    promo::Lookup,
    waiting_room::{CartLimit, Pass},
};
use bilten_kernel::EventId;
use http::HeaderMap;

use super::{
    form::Typed,
    unlock::{self, Found},
    view,
};
use crate::{
    http::{
        AppState,
        extract::{ClientIp, PlainForm},
        problem::Problem,
        shell::redirect_saying,
    },
    storefront::{
        queue::{self, Admission},
        shop::Shop,
        urls,
    },
};

/// `POST /events/{slug}/carts`: holds the tickets and goes to the checkout; when that fails the
/// event's page is shown again with what was chosen. Who must queue first is sent to the waiting room, and who came
/// through it and has a cart is led to that.
///
/// The page that everybody gets holds no key, which makes a repeated sending harmless: a script draws one. Where
/// none ran, the page is shown again with a key, and its form is served when it is sent from there.
pub async fn create(
    Path(slug): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    headers: HeaderMap,
    client: ClientIp,
    PlainForm(fields): PlainForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let (pass, is_renewed) = match queue::admission(&state, &shop, &slug, &headers).await? {
        Admission::NoRoom => (None, false),
        Admission::LetIn { pass, is_renewed } => (Some(pass), is_renewed),
        Admission::Wait(to_queue) => return Ok(to_queue),
    };
    let typed = Typed::read(&shop, &fields);
    let codes = typed.promos().unwrap_or_default();
    let found = unlock::find(&state, &shop, (&slug, client), &codes).await?;
    let tenant = shop.tenant.ctx.tenant;
    let event_slug = found.detail.event.slug.clone();
    let mut response = serve(&state, shop, (found, pass, client), typed).await?;
    if let Some(pass) = pass.filter(|_| is_renewed) {
        queue::keep_pass(&mut response, &state, (tenant, &event_slug), &pass);
    }
    Ok(response)
}

/// Leads to the cart, or shows the form again.
async fn serve(
    state: &AppState,
    mut shop: Shop,
    (found, pass, client): (Found, Option<Pass>, ClientIp),
    mut typed: Typed,
) -> Result<Response, Problem> {
    let detail = &found.detail;
    if found.lookup == Lookup::Refused {
        unlock::explain(&mut typed, found.lookup);
    }
    let mut is_spent = false;
    if !typed.is_refused() && typed.needs_key() {
        shop = shop.saying(Tone::Info, Text::new(texts::EVENT_CONFIRM_CHOICE));
    }
    let extras = typed.extras(detail.event.currency);
    if !typed.is_refused() && !typed.needs_key() {
        let to_cart = |cart| urls::details(&state.links.cart(shop.tenant.ctx.tenant, cart));
        match hold(state, &shop, (detail.event.id, pass), (&typed, extras)).await {
            Ok(hold) => return Ok(Redirect::to(&to_cart(hold.id)).into_response()),
            Err(HoldError::Pass(CartLimit::HasOne { cart })) => {
                return Ok(redirect_saying(&to_cart(cart), texts::FLASH_QUEUE_HAS_CART));
            }
            Err(error) => {
                is_spent = error == HoldError::Pass(CartLimit::UsedUp);
                typed.explain(&error, (&detail.ticket_types, detail.event.time_zone.as_str()));
            }
        }
    }
    // What is left may have changed since the page was opened.
    let slug = &detail.event.slug;
    // Wrong codes were counted already.
    let codes = if detail.locks == Locks::Opened {
        typed.promos().unwrap_or_default()
    } else {
        Vec::new()
    };
    let again = unlock::find(state, &shop, (slug.as_str(), client), &codes).await?;
    let mut page = view::event(&shop, &again.detail, &typed);
    page.organizer = again.organizer;
    if !is_spent {
        return shop.html_with(typed.status, &page);
    }
    page.queue_url = Some(urls::queue(slug));
    let mut response = shop.html_with(typed.status, &page)?;
    queue::forget_place(&mut response, state, slug);
    Ok(response)
}

/// Holds the wish of this form once. A form that is sent again after its cart has ended is a new wish.
async fn hold(
    state: &AppState,
    shop: &Shop,
    (event, pass): (EventId, Option<Pass>),
    (typed, extras): (&Typed, Extras),
) -> Result<Hold, HoldError> {
    let mut promo_codes = typed.promos()?.into_iter();
    let promo_code = promo_codes.next();
    let extras = Extras {
        more_codes: promo_codes.collect(),
        ..extras
    };
    let request = |request_key| HoldRequest {
        event,
        items: typed.items(),
        keep_together: typed.keep_together,
        request_key,
        promo_code: promo_code.clone(),
        extras: extras.clone(),
    };
    let hold = state.engine.hold_with(shop, request(typed.hold_key()), pass).await?;
    if hold.is_live(shop.now()) {
        Ok(hold)
    } else {
        state.engine.hold_with(shop, request(None), pass).await
    }
}
