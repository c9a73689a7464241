//! What is left of an event's tickets, as a piece of its page: small, the same for everybody, and cheap to ask for
//! again and again.

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use bilten_branding::views::storefront::TicketBoxView;

use super::{form::Typed, show_with, view};
use crate::{
    http::{AppState, pages::ForEverybody, problem::Problem},
    storefront::shop::Shop,
};

/// `GET /events/{slug}/availability`.
pub(super) async fn show(
    Path(slug): Path<String>,
    shop: Shop,
    everybody: Option<Extension<ForEverybody>>,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    show_with(&state, &shop, (&slug, everybody), |shop, detail, beside| {
        let mut page = view::event(shop, detail, &Typed::fresh());
        page.queue_url = beside.queue_url;
        TicketBoxView(page)
    })
    .await
}
