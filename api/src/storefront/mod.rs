//! Pages for buyers.

mod sandbox;

use crate::http::registry::Route;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    sandbox::routes()
}
