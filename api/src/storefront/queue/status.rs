//! `GET /events/{slug}/queue/status`: what a page asks between two looks. No query, no rendering.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use bilten_branding::views::storefront::QueueState;
use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};
use serde::Serialize;

use super::{find, numbers, page, visitor::Visitor};
use crate::http::{AppState, extract::TenantCtx, problem::Problem};

/// How far a visitor is.
#[derive(Debug, Serialize)]
struct Status {
    /// Name of the state; `off` when there is nothing to wait for.
    state: &'static str,
    /// Another one than that of the page: the page has to be read again.
    key: String,
    /// Seconds until the next look.
    poll_s: u64,
    /// Seconds until the opening.
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_in_s: Option<u64>,
    /// Seconds for which his pass is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_s: Option<u64>,
    /// How far he has come, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u64>,
    /// Number in the order of coming, from which the draw makes the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<u64>,
    /// Texts of the page, by name.
    values: BTreeMap<&'static str, String>,
}

/// Tells how far the visitor is.
pub(super) async fn show(
    Path(slug): Path<String>,
    ctx: TenantCtx,
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let status = match find(&state, &ctx, &slug).await? {
        None => Status {
            state: "off",
            key: "off".to_owned(),
            poll_s: 60,
            opens_in_s: None,
            left_s: None,
            progress: None,
            seat: None,
            values: BTreeMap::new(),
        },
        Some(open) => {
            let visitor = Visitor::of(&state, &ctx, &open, &headers);
            let shown = visitor.state(&open, ctx.now());
            let speaker = state.renderer.speaker(ctx.ctx.locale);
            let own = numbers::of(&visitor, &open, shown, &speaker, ctx.now());
            let is_waiting = matches!(shown, QueueState::Waiting | QueueState::Paused);
            let is_before = matches!(shown, QueueState::Before | QueueState::JoinBefore);
            let values: &[(&'static str, &String)] = match shown {
                QueueState::Waiting | QueueState::Paused => &[("ahead", &own.shown.ahead), ("wait", &own.shown.wait)],
                QueueState::Pass => &[("left", &own.shown.left)],
                _ => &[],
            };
            Status {
                state: shown.name(),
                key: page::key(&open, shown),
                poll_s: own.poll_s,
                opens_in_s: is_before.then_some(own.opens_in_s),
                left_s: (shown == QueueState::Pass).then_some(own.left_s),
                progress: is_waiting.then_some(own.progress),
                seat: visitor.place.map(|place| place.seat),
                values: values.iter().map(|(name, value)| (*name, (*value).clone())).collect(),
            }
        }
    };
    let mut response = Json(status).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
