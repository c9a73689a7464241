//! Selling at the door for cash: choose tickets, collect what they cost, and let the people in.
//!
//! The places are held from the choice on, as for everybody else, so that nobody counts money for a place that is gone.

mod choose;
mod collect;
mod hand_out;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];
const CART: &[(&str, &str)] = &[("id", "cart")];
const ORDER: &[(&str, &str)] = &[("id", "order")];

pub(super) fn routes() -> Vec<Route> {
    let sell = Access::Staff(Permission::CashTake);
    let face = Face::Organizer;
    vec![
        Route::get("/manage/events/{id}/door-sale", face, sell, choose::show).ids(EVENT),
        Route::post("/manage/events/{id}/door-sale", face, sell, choose::create)
            .ids(EVENT)
            .repeats(Repeat::FormKey),
        Route::get("/manage/door-sales/{id}", face, sell, collect::show).ids(CART),
        Route::post("/manage/door-sales/{id}", face, sell, collect::create)
            .ids(CART)
            .repeats(Repeat::State),
        Route::post("/manage/door-sales/{id}/abandonment", face, sell, collect::abandon)
            .ids(CART)
            .repeats(Repeat::State),
        Route::post("/manage/orders/{id}/hand-outs", face, sell, hand_out::create)
            .ids(ORDER)
            .repeats(Repeat::State),
    ]
}
