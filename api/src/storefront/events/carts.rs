//! Puts tickets in a cart.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use bilten_branding::{
    texts,
    views::{Text, Tone},
};
use bilten_core::inventory::{Hold, HoldError, HoldRequest};
use bilten_kernel::EventId;
use http::HeaderMap;

use super::{form::Typed, get_event, get_event_and_organizer, view};
use crate::{
    http::{AppState, extract::PlainForm, problem::Problem},
    storefront::{queue, shop::Shop, urls},
};

/// `POST /events/{slug}/carts`: holds the tickets and goes to the checkout; when that fails the
/// event's page is shown again with what was chosen. Who must queue first is sent to the waiting room.
///
/// The page that everybody gets holds no key, which makes a repeated sending harmless: a script draws one. Where
/// none ran, the page is shown again with a key, and its form is served when it is sent from there.
pub async fn create(
    Path(slug): Path<String>,
    mut shop: Shop,
    State(state): State<AppState>,
    headers: HeaderMap,
    PlainForm(fields): PlainForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    if let Some(to_queue) = queue::turn_away(&state, &shop, &slug, &headers).await? {
        return Ok(to_queue);
    }
    let detail = get_event(&state, &shop, &slug).await?;
    let mut typed = Typed::read(&shop, &fields);
    if !typed.is_refused() && typed.needs_key() {
        shop = shop.saying(Tone::Info, Text::new(texts::EVENT_CONFIRM_CHOICE));
    } else if !typed.is_refused() {
        match hold(&state, &shop, detail.event.id, &typed).await {
            Ok(hold) => {
                let token = state.links.cart(shop.tenant.ctx.tenant, hold.id);
                return Ok(Redirect::to(&urls::details(&token)).into_response());
            }
            Err(error) => typed.explain(&error, &detail.ticket_types),
        }
    }
    // What is left may have changed since the page was opened.
    let (detail, organizer) = get_event_and_organizer(&state, &shop, &slug).await?;
    let mut page = view::event(&shop, &detail, &typed);
    page.organizer = organizer;
    shop.html_with(typed.status, &page)
}

/// Holds the wish of this form once. A form that is sent again after its cart has ended is a new wish.
async fn hold(state: &AppState, shop: &Shop, event: EventId, typed: &Typed) -> Result<Hold, HoldError> {
    let request = |request_key| HoldRequest {
        event,
        items: typed.items(),
        keep_together: typed.keep_together,
        request_key,
    };
    let hold = state.engine.hold(shop, request(typed.hold_key())).await?;
    if hold.is_live(shop.now()) {
        Ok(hold)
    } else {
        state.engine.hold(shop, request(None)).await
    }
}
