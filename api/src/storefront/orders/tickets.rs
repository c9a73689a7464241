//! Printable tickets.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{Bought, view};
use crate::{
    http::{AppState, problem::Problem},
    storefront::{shop::Shop, urls},
};

/// `GET /orders/{order_token}/tickets`: one ticket a sheet; an order without tickets has only its page.
pub async fn show(Path(token): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let bought = Bought::load(&state, &shop, token).await?;
    if bought.tickets.is_empty() {
        return Ok(Redirect::to(&urls::order(&bought.token)).into_response());
    }
    shop.html(&view::print(&bought))
}
