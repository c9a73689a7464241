//! Console of the operators.

mod session;

use crate::http::registry::Route;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    [session::routes()].into_iter().flatten().collect()
}
