//! Pages for buyers: find an event, choose tickets, pay, hold the tickets.
//!
//! Everything works without script; forms are answered by a redirect (Post/Redirect/Get), and a
//! form that is sent twice has one effect. Nothing here decides about stock or money: `view.rs` of
//! each noun turns what the use cases return into what a page shows.

pub mod checkout;
mod dev_mail;
pub mod events;
mod gift_cards;
mod home;
mod legal;
mod locale;
mod media;
mod orders;
pub mod queue;
pub mod return_terms;
mod sandbox;
pub mod shop;
mod styleguide;
pub mod urls;
mod waiting_list;

pub use checkout::{cart_summary, charge_lines, summary};
pub use dev_mail::mailbox;
pub use events::view::venue as events_venue;
pub use sandbox::require_open as require_sandbox;
pub use waiting_list::event as waitlist_event;

use crate::http::registry::{Access, Face, Route};

/// Lists the routes of this face.
pub fn routes() -> Vec<Route> {
    [
        vec![
            Route::get("/", Face::Storefront, Access::Public, home::show).shared(home::FILTERS),
            Route::get("/legal/{page}", Face::Storefront, Access::Public, legal::show)
                .open_when_suspended()
                .shared(&[]),
            Route::get("/locale/{lang}", Face::Storefront, Access::Public, locale::switch).open_when_suspended(),
            Route::get(
                "/media/artwork/{file}",
                Face::Storefront,
                Access::Public,
                media::artwork,
            )
            .open_when_suspended(),
        ],
        vec![Route::get(
            "/styleguide",
            Face::Storefront,
            Access::Public,
            styleguide::show,
        )],
        events::routes(),
        gift_cards::routes(),
        queue::routes(),
        checkout::routes(),
        orders::routes(),
        waiting_list::routes(),
        sandbox::routes(),
        dev_mail::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
