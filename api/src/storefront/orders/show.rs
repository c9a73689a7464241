//! The order's page.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_billing::checkout::{self, PayError, PayStatus};
use bilten_core::orders::OrderState;

use super::{Found, gift, view};
use crate::{
    http::{AppState, problem::Problem},
    storefront::{checkout::refused, shop::Shop},
};

/// `GET /orders/{order_token}`: while the payment is open the provider is asked again, so that
/// the page that reloads itself ends in tickets.
pub async fn show(Path(token): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let mut found = Found::load(&state, &shop, token).await?;
    let status = match found.order().state {
        OrderState::Quoted | OrderState::AwaitingPayment | OrderState::AwaitingFunds | OrderState::Expired => {
            match checkout::look(&state.checkout, &shop, found.order().id).await {
                Ok(paying) => paying.status,
                Err(PayError::Quarantined) => PayStatus::Confirming,
                Err(error) => return Err(refused(error)),
            }
        }
        OrderState::Paid => PayStatus::Paid,
        OrderState::PaymentConflict => PayStatus::Conflict,
        OrderState::Cancelled | OrderState::Refunded => PayStatus::Closed,
    };
    if status == PayStatus::Paid && !found.is_complete() {
        found = Found::load(&state, &shop, found.token().to_owned()).await?;
    }
    let cart = state.links.cart(shop.tenant.ctx.tenant, found.order().cart);
    let view = match &found {
        Found::Tickets(bought) => view::order(bought, &status, &cart, shop.now()),
        Found::GiftCard(bought) => gift::order(&state, &shop, bought, (&status, &cart)),
    };
    shop.flash_arg("email", &view.email).html(&view)
}
