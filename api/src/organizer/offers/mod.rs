//! Prices that buyers name, donations, and price offers of an event.

mod form;
mod prices;
mod save;
mod show;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::PriceEdit));
    vec![
        Route::get("/manage/events/{id}/offers", face, access, show::show).ids(EVENT),
        Route::post("/manage/events/{id}/offers", face, access, save::create)
            .ids(EVENT)
            .repeats(Repeat::State),
        Route::post(
            "/manage/events/{id}/offers/{offer}/withdrawal",
            face,
            access,
            save::withdraw,
        )
        .ids(&[("id", "event"), ("offer", "price_offer")])
        .repeats(Repeat::State),
        Route::post("/manage/events/{id}/open-prices", face, access, prices::save)
            .ids(EVENT)
            .repeats(Repeat::State),
        Route::post("/manage/events/{id}/donations", face, access, prices::save_cause)
            .ids(EVENT)
            .repeats(Repeat::State),
    ]
}
