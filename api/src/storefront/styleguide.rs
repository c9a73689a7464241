//! `GET /styleguide`: the components in all their states, in this shop's look. For developers: it exists on
//! `localhost` alone.

use axum::{extract::State, response::Response};
use bilten_branding::views::{View as _, dev::StyleguideView};

use super::shop::Shop;
use crate::http::{AppState, problem::Problem};

/// `GET /styleguide`.
pub async fn show(shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let sample = StyleguideView::samples().into_iter().next();
    let view = sample.filter(|_| state.config.http.is_plain());
    shop.html(&view.ok_or_else(Problem::not_found)?)
}
