//! `GET /events/{slug}/queue/challenge`: sets a browser the work that joining costs.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use bilten_core::waiting_room::Device;
use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};

use super::{cookies, find, to_event};
use crate::http::{
    AppState,
    extract::{ClientIp, TenantCtx},
    problem::Problem,
};

/// Arrivals in a minute, as a multiple of those let in, from which on everybody is set more work.
const CROWD: u64 = 10;

/// Sets work, which grows with the arrivals of the network and of the room.
pub(super) async fn show(
    Path(slug): Path<String>,
    ctx: TenantCtx,
    State(state): State<AppState>,
    client: ClientIp,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(open) = find(&state, &ctx, &slug).await? else {
        return to_event(&slug);
    };
    let tenant = ctx.ctx.tenant;
    let known = cookies::device(&headers);
    let device = known.clone().unwrap_or_else(|| Device::from_random(ctx.random()));
    let crowd = state.rooms.figures(&open.room).joined_a_minute / (CROWD * u64::from(open.room.schedule.per_minute));
    let level = state.queue.velocity.level(tenant, client.network()) + u32::from(crowd > 0) + u32::from(crowd > 10);
    let secret = u64::from_be_bytes(ctx.random());
    let signer = state.rooms.signer();
    let challenge = signer.challenge(tenant, open.room.round, &device, (level, secret), ctx.now());
    let mut response = Json(challenge).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if known.is_none() {
        cookies::keep_device(&mut response, &state.config.http, &device);
    }
    Ok(response)
}
