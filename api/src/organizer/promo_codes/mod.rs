//! Promo codes of an event: their panel on its page, adding one, withdrawing one.

mod add;
mod codes;
mod panel;
mod withdraw;

use bilten_tenancy::permissions::Permission;
pub(in crate::organizer) use panel::{Typed, panel};

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::CodeManage));
    vec![
        Route::get(
            "/manage/events/{id}/promo-codes/{promo}/codes.csv",
            face,
            access,
            codes::show,
        )
        .ids(&[("id", "event"), ("promo", "promo_code")]),
        Route::post("/manage/events/{id}/promo-codes", face, access, add::create)
            .ids(&[("id", "event")])
            .repeats(Repeat::State),
        Route::post(
            "/manage/events/{id}/promo-codes/{promo}/withdrawal",
            face,
            access,
            withdraw::create,
        )
        .ids(&[("id", "event"), ("promo", "promo_code")])
        .repeats(Repeat::State),
    ]
}
