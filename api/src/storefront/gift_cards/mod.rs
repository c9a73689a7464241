//! Where gift cards are bought. What follows, paying and the order's page, is the same as for tickets.

mod buy;
mod show;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Public);
    vec![
        Route::get("/gift-cards", face, access, show::show),
        // Each makes an order that nobody has to pay.
        Route::post("/gift-cards", face, access, buy::create).repeats(Repeat::Harmless),
    ]
}
