//! Notices of payment providers.
//!
//! Those of the built-in provider arrive on the tenant's own host; a provider with accounts sends the notices of all to
//! the platform's host. Identity providers say here that sessions are over.

mod logout;
mod receive;
mod saml;
mod stripe;

use bilten_billing::provider::{HeaderLookup, SignatureError};
use http::HeaderMap;

use crate::http::{
    problem::{Code, Problem},
    registry::{Access, Face, Repeat, Route},
};

/// Bytes that a notice may have.
const BODY_LIMIT: usize = 256 * 1024;
/// Bytes of a form with a SAML message: what is read of one, in base64, encoded for a form.
const SAML_LIMIT: usize = 512 * 1024;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/webhooks/{provider}", Face::Webhooks, Access::Public, receive::create)
            .body_limit(BODY_LIMIT)
            .repeats(Repeat::State),
        Route::post(
            "/webhooks/stripe/{endpoint}",
            Face::Notices,
            Access::Public,
            stripe::create,
        )
        .body_limit(BODY_LIMIT)
        .repeats(Repeat::State),
        // A token is obeyed once.
        Route::post(
            "/sso/{id}/back-channel-logout",
            Face::Webhooks,
            Access::Public,
            logout::obey,
        )
        .ids(&[("id", "sso_connection")])
        .body_limit(64 * 1024)
        .repeats(Repeat::State),
        Route::get(
            "/sso/{id}/saml/metadata",
            Face::Webhooks,
            Access::Public,
            saml::metadata,
        )
        .ids(&[("id", "saml_connection")]),
        // A request is answered once.
        Route::post("/sso/{id}/saml/acs", Face::Webhooks, Access::Public, saml::answer)
            .ids(&[("id", "saml_connection")])
            .body_limit(SAML_LIMIT)
            .repeats(Repeat::State),
        Route::get(
            "/sso/{id}/saml/slo",
            Face::Webhooks,
            Access::Public,
            saml::log_out_by_query,
        )
        .ids(&[("id", "saml_connection")]),
        // A request is obeyed once.
        Route::post(
            "/sso/{id}/saml/slo",
            Face::Webhooks,
            Access::Public,
            saml::log_out_by_form,
        )
        .ids(&[("id", "saml_connection")])
        .body_limit(SAML_LIMIT)
        .repeats(Repeat::State),
    ]
}

struct Headers(HeaderMap);

impl HeaderLookup for Headers {
    fn header(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.to_str().ok())
    }
}

fn not_believed(error: SignatureError) -> Problem {
    let code = match error {
        SignatureError::BadEvent => Code::MalformedRequest,
        SignatureError::Malformed | SignatureError::Mismatch | SignatureError::Stale => Code::Unauthenticated,
    };
    Problem::new(code).detail(error.to_string())
}
