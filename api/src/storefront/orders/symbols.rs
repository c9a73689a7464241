//! QR symbols of tickets, as SVG for the screen and PNG for saving.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use bilten_branding::qr;
use bilten_core::tickets::TicketState;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::Bought;
use crate::{
    http::{AppState, problem::Problem},
    storefront::shop::Shop,
};

/// `GET /orders/{order_token}/tickets/{n}.svg` and `.png`: the n-th ticket's symbol. A ticket that
/// does not admit has none.
pub async fn show(
    Path((token, file)): Path<(String, String)>,
    shop: Shop,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let (number, kind) = file.split_once('.').ok_or_else(Problem::not_found)?;
    let index = number
        .parse::<usize>()
        .ok()
        .and_then(|n| n.checked_sub(1))
        .ok_or_else(Problem::not_found)?;
    let bought = Bought::load(&state, &shop, token).await?;
    let ticket = bought
        .tickets
        .get(index)
        .filter(|ticket| ticket.state == TicketState::Issued);
    let ticket = ticket.ok_or_else(Problem::not_found)?;
    let code = state
        .tickets
        .code(shop.tenant.ctx.tenant, ticket.key_id, ticket.id, ticket.event);
    let (media_type, bytes) = match kind {
        "svg" => ("image/svg+xml", qr::svg(&code).map_err(Problem::internal)?.into_bytes()),
        "png" => ("image/png", qr::png(&code).map_err(Problem::internal)?),
        _ => return Err(Problem::not_found()),
    };
    Ok((
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "private, no-store")],
        bytes,
    )
        .into_response())
}
