//! Sends the tickets again.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use bilten_core::orders::OrderState;

use super::Bought;
use crate::{
    http::{AppState, problem::Problem},
    storefront::{shop::Shop, urls},
    subscribers,
};

/// `POST /orders/{order_token}/resends`: to the address of the order, whoever asks. While one waits
/// to be sent, another is not added.
pub async fn create(Path(token): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let bought = Bought::load(&state, &shop, token).await?;
    if bought.order.state == OrderState::Paid {
        let mut tx = state.db.begin(&shop).await?;
        subscribers::enqueue_resend(&shop, &mut tx, bought.order.id).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&urls::order(&bought.token)).into_response())
}
