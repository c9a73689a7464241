//! The waiting list as visitors meet it: the form that joins it, and the page of one's own entry.
//!
//! Who joins learns nothing about who else waits: the answer is the same for an address that is on the list already. An
//! entry is reached by its signed link alone. A link in a mail changes nothing by being opened; programs open links as well.

mod entry;
mod form;
mod join;
mod view;

pub use view::event;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    let face = Face::Storefront;
    let (public, signed) = (Access::Public, Access::Signed);
    vec![
        Route::get("/events/{slug}/waiting-list", face, public, join::show),
        Route::post("/events/{slug}/waiting-list", face, public, join::create).repeats(Repeat::State),
        Route::get("/events/{slug}/waiting-list/joined", face, public, join::joined),
        Route::get("/waiting-list/{entry_token}", face, signed, entry::show).open_when_suspended(),
        Route::post("/waiting-list/{entry_token}/departure", face, signed, entry::leave)
            .open_when_suspended()
            .repeats(Repeat::State),
    ]
}
