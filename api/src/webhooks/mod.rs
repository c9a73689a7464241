//! Notices of payment providers.

mod receive;

use crate::http::registry::{Access, Face, Repeat, Route};

/// Bytes that a notice may have.
const BODY_LIMIT: usize = 256 * 1024;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/webhooks/{provider}", Face::Webhooks, Access::Public, receive::create)
            .body_limit(BODY_LIMIT)
            .repeats(Repeat::State),
    ]
}
