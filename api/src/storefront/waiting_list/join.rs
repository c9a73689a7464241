//! The form that joins an event's waiting list.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use bilten_branding::views::storefront::WaitlistJoinedView;
use bilten_core::waitlist::{self, JoinError, JoinWaitlist};
use bilten_kernel::TicketTypeId;
use serde::Deserialize;

use super::{
    form::{Fields, Typed},
    view,
};
use crate::{
    http::{
        AppState,
        extract::{Params, PlainForm},
        problem::Problem,
    },
    storefront::{events::get_event, shop::Shop, urls},
};

/// The type that was chosen on the event's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    #[serde(rename = "type")]
    ticket_type: String,
}

/// `GET /events/{slug}/waiting-list?type=`.
pub async fn show(
    Path(slug): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let detail = get_event(&state, &shop, &slug).await?;
    let chosen = query.ticket_type.parse::<TicketTypeId>().ok();
    shop.html(&view::form(&detail, &Typed::fresh(chosen), shop.now()))
}

/// `POST /events/{slug}/waiting-list`: puts the address on the list, and answers the same when it was there before.
pub async fn create(
    Path(slug): Path<String>,
    shop: Shop,
    State(state): State<AppState>,
    PlainForm(fields): PlainForm<Fields>,
) -> Result<Response, Problem> {
    let detail = get_event(&state, &shop, &slug).await?;
    let (mut typed, wish) = Typed::read(&fields, detail.event.id);
    if let Some(wish) = wish {
        match join(&state, &shop, &wish).await {
            Ok(()) => return Ok(Redirect::to(&urls::waiting_list_joined(&detail.event.slug)).into_response()),
            Err(error) => typed.explain(error).map_err(|error| match error {
                JoinError::Db(error) => error.into(),
                _ => Problem::not_found(),
            })?,
        }
    }
    shop.html_with(typed.status, &view::form(&detail, &typed, shop.now()))
}

async fn join(state: &AppState, shop: &Shop, wish: &JoinWaitlist) -> Result<(), JoinError> {
    let mut tx = state.shop_db.begin(shop).await?;
    waitlist::join(shop, &mut tx, wish).await?;
    Ok(tx.commit().await?)
}

/// `GET /events/{slug}/waiting-list/joined`.
pub async fn joined(Path(slug): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let detail = get_event(&state, &shop, &slug).await?;
    shop.html(&WaitlistJoinedView {
        event: view::event(&detail.event),
    })
}
