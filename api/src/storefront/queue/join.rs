//! `POST /events/{slug}/queue`.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use bilten_core::waiting_room::{Device, JoinError, Solution};
use http::HeaderMap;

use super::{cookies, find, to_event, visitor::Visitor};
use crate::{
    http::{
        AppState,
        extract::{ClientIp, PlainForm, TenantCtx},
        problem::{Code, Problem},
    },
    storefront::urls,
};

/// Gives the visitor a place. Who has one keeps it, however often he asks.
pub(super) async fn create(
    Path(slug): Path<String>,
    ctx: TenantCtx,
    State(state): State<AppState>,
    client: ClientIp,
    headers: HeaderMap,
    PlainForm(solution): PlainForm<Solution>,
) -> Result<Response, Problem> {
    let Some(open) = find(&state, &ctx, &slug).await? else {
        return to_event(&slug);
    };
    let mut response = Redirect::to(&urls::queue(&open.event.slug)).into_response();
    let visitor = Visitor::of(&state, &ctx, &open, &headers);
    if visitor.place.is_some() || visitor.pass.is_some() {
        return Ok(response);
    }
    let tenant = ctx.ctx.tenant;
    let signer = state.rooms.signer();
    let device = visitor.device.unwrap_or_else(|| Device::from_random(ctx.random()));
    if signer
        .check_work(tenant, open.room.round, &device, &solution, ctx.now())
        .is_err()
    {
        state.queue.velocity.take_slow_lane(tenant, client.network())?;
    }
    let place = match state.rooms.join(tenant, open.room.event, &device).await {
        Ok(place) => place,
        Err(JoinError::Closed) => return to_event(&slug),
        Err(JoinError::Busy) => return Err(Problem::new(Code::Busy).retry_soon()),
        Err(JoinError::Unavailable) => return Err(Problem::new(Code::Unavailable).retry_soon()),
    };
    let config = &state.config.http;
    cookies::keep_device(&mut response, config, &device);
    let token = signer.place(tenant, &place);
    cookies::keep(&mut response, config, &open.event.slug, cookies::PLACE, token);
    Ok(response)
}
