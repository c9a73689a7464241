//! Console of the operators.
//!
//! An operator sees the directory of tenants, sums of their money that their own jobs have told, and nothing inside one. Whoever
//! must see more asks the tenant to let him in.

mod dev_mail;
mod money;
mod session;
mod tenants;

use crate::http::registry::Route;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    [
        session::routes(),
        tenants::routes(),
        money::routes(),
        dev_mail::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
