//! `POST /events/{slug}/queue/pass`.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use bilten_core::waiting_room::{self, PassError};
use http::HeaderMap;
use serde::Deserialize;

use super::{find, forget_place, keep_pass, to_event, visitor::Visitor};
use crate::{
    http::{
        AppState,
        extract::{PlainForm, TenantCtx},
        problem::Problem,
    },
    storefront::urls,
};

/// Which button was pressed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pressed {
    /// More time is wanted; the visitor stays where he is.
    stay: String,
}

/// Lets the visitor in when it is his turn, or gives him more time. A place that is used up is forgotten, so that he
/// can queue again.
pub(super) async fn create(
    Path(slug): Path<String>,
    ctx: TenantCtx,
    State(state): State<AppState>,
    headers: HeaderMap,
    PlainForm(pressed): PlainForm<Pressed>,
) -> Result<Response, Problem> {
    let Some(open) = find(&state, &ctx, &slug).await? else {
        return to_event(&slug);
    };
    let mut back = Redirect::to(&urls::queue(&open.event.slug)).into_response();
    let Some(place) = Visitor::of(&state, &ctx, &open, &headers).place else {
        return Ok(back);
    };
    let mut tx = state.shop_db.begin(&ctx).await?;
    let slug = &open.event.slug;
    match waiting_room::take_pass(&ctx, &mut tx, &open, &place).await {
        Ok(pass) => {
            tx.commit().await?;
            let to = if pressed.stay.is_empty() {
                urls::event(slug)
            } else {
                urls::queue(slug)
            };
            let mut response = Redirect::to(&to).into_response();
            keep_pass(&mut response, &state, (ctx.ctx.tenant, slug), &pass);
            Ok(response)
        }
        Err(PassError::NotYet) => Ok(back),
        Err(PassError::UsedUp) => {
            forget_place(&mut back, &state, slug);
            Ok(back)
        }
        Err(PassError::Db(error)) => Err(error.into()),
    }
}
