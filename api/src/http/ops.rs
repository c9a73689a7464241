//! Probes: is the process alive, may it get requests.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_tenancy::migrate;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use super::{
    AppState,
    registry::{Access, Face, Route},
};

/// Longest difference between our clock and the database's.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(1);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/livez", Face::Ops, Access::Ops, alive),
        Route::get("/readyz", Face::Ops, Access::Ops, ready),
    ]
}

/// Says only that the process answers: a dead database must not restart it.
async fn alive() -> &'static str {
    "ok"
}

async fn ready(State(state): State<AppState>) -> impl IntoResponse {
    let skew = state.db.clock_skew(state.clock.now()).await;
    let schema = state.db.schema_version().await;
    let checks = [
        ("stopping", !state.stop.is_cancelled()),
        ("database", skew.is_ok()),
        ("clock", skew.is_ok_and(|skew| skew.abs() <= MAX_CLOCK_SKEW)),
        (
            "migrations",
            schema.is_ok_and(|version| version >= migrate::latest_version()),
        ),
    ];
    // Not a reason to send requests elsewhere: what kills the worker here kills it on every node.
    let is_working = !state.worker_health.keeps_dying();
    let is_ready = checks.iter().all(|(_, is_fine)| *is_fine);
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let word = |is_fine| if is_fine { "ok" } else { "failed" };
    let checks: serde_json::Map<_, _> = checks
        .iter()
        .chain(&[("worker", is_working)])
        .map(|(name, fine)| ((*name).to_owned(), word(*fine).into()))
        .collect();
    let summary = if is_ready && !is_working {
        "degraded"
    } else {
        word(is_ready)
    };
    (status, Json(json!({ "status": summary, "checks": checks })))
}
