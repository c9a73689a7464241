//! Headers that keep browsers from doing harm (OWASP Secure Headers, CSP Level 3).
//!
//! Scripts and styles are files of our own, so the policy needs neither nonce nor exception, and is the same for
//! every page: pages can be kept in memory and by caches on the way.

use std::sync::Arc;

use axum::response::Response;
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

macro_rules! policy {
    ($styles:literal, $ancestors:literal) => {
        concat!(
            "default-src 'self'; script-src 'self'; style-src 'self'",
            $styles,
            "; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ",
            $ancestors
        )
    };
}

/// Mark on an answer that pages of the same host may show in a frame: the preview of an event.
#[derive(Debug, Clone, Copy)]
pub struct FramedByOurselves;

/// Returns the policy of a page with one style sheet inside it, named by the SHA-256 hash of its text in base64.
pub fn policy_with_style(hash: &str) -> String {
    format!(policy!(" 'sha256-{}'", "'none'"), hash)
}

/// Stripe's script, of the release that its API version belongs to. Stripe allows it to be loaded from nowhere else.
pub const STRIPE_SCRIPT: &str = "https://js.stripe.com/endive/stripe.js";

/// Policy of the one page on which Stripe's script runs: it and our own with this page's nonce, and nothing else at all.
/// The work before another try (`pay-work`) runs in a worker from our own files. Where Stripe's script loads from, frames
/// and asks is Stripe's list (docs.stripe.com/security/guide).
const STRIPE_POLICY: &str = "default-src 'self'; script-src 'nonce-{}' https://js.stripe.com https://*.js.stripe.com; \
    frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com; \
    connect-src 'self' https://api.stripe.com; worker-src 'self'; style-src 'self'; \
    img-src 'self' data: https://*.stripe.com; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Policy of the page with this nonce.
pub fn stripe_policy(nonce: &str) -> String {
    STRIPE_POLICY.replace("{}", nonce)
}

/// Stripe's script for pages of accounts. Like the other one it may be loaded from nowhere else, and has one address.
pub const STRIPE_CONNECT_SCRIPT: &str = "https://connect-js.stripe.com/v1.0/connect.js";

/// Policy of the one page of the console on which that script runs (docs.stripe.com/connect/get-started-connect-embedded-components).
/// The hash is that of an empty style element, which the script fills by itself.
const CONNECT_POLICY: &str = "default-src 'self'; script-src 'nonce-{}' https://connect-js.stripe.com https://js.stripe.com; \
    frame-src https://connect-js.stripe.com https://js.stripe.com; connect-src 'self' https://api.stripe.com; \
    style-src 'self' 'sha256-0hAheEzaMe6uXIKV4EehS9pu1am1lj/KnnzrOYqckXk='; img-src 'self' data: https://*.stripe.com; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Policy of that page with this nonce.
pub fn connect_policy(nonce: &str) -> String {
    CONNECT_POLICY.replace("{}", nonce)
}

/// Lets the script of accounts into a page; its owner logs in at Stripe in a window of its own.
pub fn let_connect_in(response: &mut Response, nonce: &str) {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&connect_policy(nonce)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin-allow-popups"),
    );
}

/// Lets Stripe's script into a page, together with what wallets need.
pub fn let_stripe_in(response: &mut Response, nonce: &str) {
    let policy = stripe_policy(nonce);
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), geolocation=(), microphone=(), payment=(self \"https://js.stripe.com\" \"https://pay.google.com\")",
        ),
    );
    // Wallets and some banks open a window that must be able to tell the page that it is done.
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin-allow-popups"),
    );
}

/// Sets what is missing; a handler that needs other rules sets its own.
pub(super) fn secure(state: &AppState, response: &mut Response) {
    let cache = cache_rule(response.extensions().get::<Arc<RouteInfo>>());
    let (policy, frames) = match response.extensions().get() {
        Some(FramedByOurselves) => (policy!("", "'self'"), "SAMEORIGIN"),
        None => (policy!("", "'none'"), "DENY"),
    };
    let headers = response.headers_mut();
    let fixed = [
        (CONTENT_SECURITY_POLICY, policy),
        (X_FRAME_OPTIONS, frames),
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
}

/// Only what everybody may see is kept by the browser, and asked for again each time.
fn cache_rule(route: Option<&Arc<RouteInfo>>) -> &'static str {
    let is_public = route.is_some_and(|info| info.face == Face::Storefront && info.access == Access::Public);
    if is_public { "private, no-cache" } else { "no-store" }
}
