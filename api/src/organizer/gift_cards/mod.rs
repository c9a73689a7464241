//! Gift cards of the shop.

mod create;
mod show;
mod stop;

pub(super) use show::show_made;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::OrderCancel));
    vec![
        Route::get("/manage/gift-cards", face, access, show::show),
        Route::post("/manage/gift-cards", face, access, create::create).repeats(Repeat::FormKey),
        Route::post("/manage/gift-cards/{id}/stop", face, access, stop::create)
            .ids(&[("id", "gift_card")])
            .repeats(Repeat::State),
    ]
}
