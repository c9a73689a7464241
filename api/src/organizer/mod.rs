//! Console of a tenant's staff.
//!
//! A handler extracts, asks for the permission on the very thing, runs one use case, commits and
//! answers. What somebody may not see is not found; what he may see but not do is forbidden.

pub(crate) mod account;
mod api_keys;
mod attendees;
mod audit;
mod check_in;
mod console;
mod door_sale;
mod events;
mod factor;
mod failures;
mod figures;
mod finance;
mod gift_cards;
mod home;
mod offers;
mod orders;
pub(crate) mod payees;
mod payments;
mod people;
mod price_policies;
pub(crate) mod prices;
mod promo_codes;
mod return_policy;
mod scim;
pub(crate) mod security;
pub(crate) mod session;
mod sso;
mod streams;
mod taxes;
mod team;
pub(crate) mod urls;
mod visits;
mod waiting_list;
mod waiting_room;
mod wizard;

pub(crate) use factor::key_of as factor_key;
use serde::Deserialize;
pub(crate) use session::Refused;
pub(crate) use urls::accept as accept_url;

use crate::http::registry::Route;

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    [
        session::routes(),
        account::routes(),
        factor::routes(),
        security::routes(),
        home::routes(),
        events::routes(),
        wizard::routes(),
        waiting_room::routes(),
        promo_codes::routes(),
        offers::routes(),
        price_policies::routes(),
        return_policy::routes(),
        orders::routes(),
        payments::routes(),
        payees::routes(),
        finance::routes(),
        gift_cards::routes(),
        attendees::routes(),
        waiting_list::routes(),
        check_in::routes(),
        door_sale::routes(),
        taxes::routes(),
        sso::routes(),
        scim::routes(),
        failures::routes(),
        audit::routes(),
        streams::routes(),
        visits::routes(),
        team::routes(),
        api_keys::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
struct Nothing {}
