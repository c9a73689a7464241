//! Console of a tenant's staff.

mod session;

pub(crate) use session::Refused;

use crate::http::registry::Route;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    [session::routes()].into_iter().flatten().collect()
}
