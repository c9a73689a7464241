//! Console of the operators.
//!
//! An operator sees the directory of tenants and nothing inside one.

mod dev_mail;
mod session;
mod tenants;

use crate::http::registry::Route;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    [session::routes(), tenants::routes(), dev_mail::routes()]
        .into_iter()
        .flatten()
        .collect()
}
