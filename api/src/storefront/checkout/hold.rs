//! More time for a cart, or its end.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use bilten_core::inventory::{self, HoldGone};
use serde::Deserialize;

use super::basket::{self, Basket};
use crate::{
    http::{AppState, extract::Params, problem::Problem},
    storefront::{shop::Shop, urls},
};

/// Screen to come back to.
#[derive(Debug, Deserialize)]
pub struct Query {
    from: Option<String>,
}

/// `POST /checkout/{cart_token}/extend`: gives more time, once; sent twice it changes nothing.
pub async fn extend(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let cart = basket::cart_id(&state, &shop, &token)?;
    let mut tx = state.shop_db.begin(&shop).await?;
    match inventory::extend(&mut tx, &shop, cart).await {
        // The screen shows how much time there is, whether or not it is more.
        Ok(_) | Err(HoldGone::Gone | HoldGone::NoStock) => tx.commit().await?,
        Err(HoldGone::Db(error)) => return Err(error.into()),
    }
    let back = if query.from.as_deref() == Some("pay") {
        urls::pay(&token)
    } else {
        urls::details(&token)
    };
    Ok(Redirect::to(&back).into_response())
}

/// `POST /checkout/{cart_token}/abandon`: gives the tickets back at once and returns to the event.
pub async fn abandon(
    Path(token): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let basket = Basket::load(&state, &shop, token).await?;
    let mut tx = state.shop_db.begin(&shop).await?;
    inventory::abandon(&mut tx, &shop, basket.slot.id).await?;
    tx.commit().await?;
    Ok(Redirect::to(&basket.start_url()).into_response())
}
