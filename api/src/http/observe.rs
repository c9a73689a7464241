//! The outermost layer: gives each request an id, a span, a log line and its figures.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use bilten_kernel::{RequestId, random_array};
use data_encoding::BASE32_NOPAD;
use http::{HeaderName, HeaderValue};
use tracing::Instrument as _;

use super::{AppState, extract::peer, registry::RouteInfo};

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn request(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let (id, claimed) = request_id(&state, &request);
    let method = request.method().clone();
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!(
        "request",
        request_id = %id,
        client_request_id = claimed.as_ref().map(tracing::field::display),
        method = %method,
        route = tracing::field::Empty,
        tenant = tracing::field::Empty,
        status = tracing::field::Empty,
    );
    metrics::gauge!("http_requests_in_flight").increment(1);
    let _in_flight = InFlight;
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;

    let route = response
        .extensions()
        .get::<Arc<RouteInfo>>()
        .map_or("unmatched", |info| info.path);
    let status = response.status().as_u16();
    span.record("route", route).record("status", status);
    measure(method.as_str(), route, status, started);
    span.in_scope(|| tracing::debug!(elapsed_ms = started.elapsed().as_millis(), "answered"));
    if let Ok(value) = HeaderValue::try_from(id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID.clone(), value);
    }
    response
}

/// Counts down also when the client went away and the future was dropped.
struct InFlight;

impl Drop for InFlight {
    fn drop(&mut self) {
        metrics::gauge!("http_requests_in_flight").decrement(1);
    }
}

/// Takes the id that a trusted proxy gave, so that it can be followed through several systems. What a
/// stranger calls his request is only logged: the id goes into the audit, which must not hold his words.
fn request_id(state: &AppState, request: &Request) -> (RequestId, Option<RequestId>) {
    let claimed = request
        .headers()
        .get(&X_REQUEST_ID)
        .and_then(|value| RequestId::parse(value.to_str().ok()?));
    let is_trusted = peer(request.extensions()).is_some_and(|peer| state.config.http.is_trusted_proxy(peer));
    match claimed {
        Some(given) if is_trusted => (given, None),
        claimed => (make_id(state), claimed),
    }
}

fn make_id(state: &AppState) -> RequestId {
    let text = BASE32_NOPAD.encode(&random_array::<15>(state.entropy.as_ref()));
    RequestId::parse(&text.to_lowercase()).expect("base32 fits a request id")
}

/// Labels are templates and numbers, never a tenant or a path as it was sent.
fn measure(method: &str, route: &'static str, status: u16, started: Instant) {
    let method = match method {
        "GET" | "POST" | "DELETE" | "HEAD" | "PUT" | "PATCH" | "OPTIONS" => method.to_owned(),
        _ => "OTHER".to_owned(),
    };
    metrics::counter!("http_requests_total", "method" => method.clone(), "route" => route, "status" => status.to_string())
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route)
        .record(started.elapsed());
}
