//! Headers that keep browsers from doing harm (OWASP Secure Headers, CSP Level 3).

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use bilten_kernel::random_array;
use data_encoding::BASE64URL_NOPAD;
use http::{
    HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
        X_FRAME_OPTIONS,
    },
};

use super::{
    AppState,
    registry::{Access, Face, RouteInfo},
};

/// Number that a page's own scripts and styles carry; another one in each answer.
#[derive(Debug, Clone)]
pub struct Nonce(Arc<str>);

impl Nonce {
    /// Returns the text for the attribute `nonce`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Mark on an answer that pages of the same host may show in a frame: the preview of an event.
#[derive(Debug, Clone, Copy)]
pub struct FramedByOurselves;

/// Sets what is missing; a handler that needs other rules sets its own.
pub(super) async fn secure(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce(
        BASE64URL_NOPAD
            .encode(&random_array::<16>(state.entropy.as_ref()))
            .into(),
    );
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let cache = cache_rule(response.extensions().get::<Arc<RouteInfo>>());
    let (ancestors, frames) = match response.extensions().get() {
        Some(FramedByOurselves) => ("'self'", "SAMEORIGIN"),
        None => ("'none'", "DENY"),
    };
    let headers = response.headers_mut();
    if !headers.contains_key(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::try_from(policy(nonce.as_str(), ancestors))
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static(frames));
    }
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Signed links are secrets in the path: no other site learns where a visitor came from.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=(), payment=(self)",
        ),
        (CACHE_CONTROL, cache),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !state.config.http.is_plain() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

fn policy(nonce: &str, ancestors: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )
}

/// Only what everybody may see is kept by the browser, and asked for again each time.
fn cache_rule(route: Option<&Arc<RouteInfo>>) -> &'static str {
    let is_public = route.is_some_and(|info| info.face == Face::Storefront && info.access == Access::Public);
    if is_public { "private, no-cache" } else { "no-store" }
}
