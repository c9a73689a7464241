//! Gift cards of the shop.

mod create;
mod earn;
mod show;
mod stop;
mod terms;

pub(super) use show::show_made;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::OrderCancel));
    vec![
        Route::get("/manage/gift-cards", face, access, show::show),
        Route::post("/manage/gift-cards", face, access, create::create).repeats(Repeat::FormKey),
        // The form sets values and adds nothing.
        Route::post("/manage/gift-cards/terms", face, access, terms::save).repeats(Repeat::State),
        Route::post("/manage/gift-cards/{id}/earnings", face, access, earn::create)
            .ids(&[("id", "gift_card")])
            .repeats(Repeat::State),
        Route::post("/manage/gift-cards/{id}/stop", face, access, stop::create)
            .ids(&[("id", "gift_card")])
            .repeats(Repeat::State),
    ]
}
