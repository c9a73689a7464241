//! The two screens between a cart and an order.
//!
//! A cart is reached by its signed token alone; a token that we did not sign is answered like a
//! page that does not exist. What the buyer typed is kept in the quoted order, so that going back
//! loses nothing, in any tab.

mod basket;
mod details;
mod gift_card;
mod hold;
mod pay;
mod road;
mod tax;
mod typo;
mod view;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Signed);
    vec![
        Route::get("/checkout/{cart_token}", face, access, details::show),
        Route::post("/checkout/{cart_token}", face, access, details::save).repeats(Repeat::State),
        Route::get("/checkout/{cart_token}/pay", face, access, pay::show),
        Route::post("/checkout/{cart_token}/pay", face, access, pay::create).repeats(Repeat::State),
        Route::post("/checkout/{cart_token}/gift-card", face, access, gift_card::save).repeats(Repeat::State),
        Route::get("/checkout/{cart_token}/return", face, access, pay::come_back).open_when_suspended(),
        Route::post("/checkout/{cart_token}/extend", face, access, hold::extend).repeats(Repeat::State),
        Route::post("/checkout/{cart_token}/abandon", face, access, hold::abandon).repeats(Repeat::State),
    ]
}

pub use pay::refused;
pub use view::{cart_summary, charge_lines, decline, gift_summary, order_lines, order_promo, summary};
