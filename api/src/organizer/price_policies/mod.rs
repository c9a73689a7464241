//! Prices that move with demand: their rules, trying them out, and the switches.

mod form;
mod list;
mod save;
mod show;
mod switches;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];
const TYPE: &[(&str, &str)] = &[("id", "event"), ("ticket_type", "ticket_type")];

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::PriceEdit));
    let path = "/manage/events/{id}/prices/{ticket_type}";
    vec![
        Route::get("/manage/events/{id}/prices", face, access, list::list).ids(EVENT),
        Route::get(path, face, access, show::show).ids(TYPE),
        Route::post(path, face, access, save::create)
            .ids(TYPE)
            .repeats(Repeat::State),
        Route::post(
            "/manage/events/{id}/prices/{ticket_type}/simulations",
            face,
            access,
            switches::simulate,
        )
        .ids(TYPE)
        .repeats(Repeat::State),
        Route::post(
            "/manage/events/{id}/prices/{ticket_type}/starts",
            face,
            access,
            switches::start,
        )
        .ids(TYPE)
        .repeats(Repeat::State),
        Route::post(
            "/manage/events/{id}/prices/{ticket_type}/stops",
            face,
            access,
            switches::stop,
        )
        .ids(TYPE)
        .repeats(Repeat::State),
        Route::post("/manage/prices/stop", face, access, switches::stop_all).repeats(Repeat::State),
    ]
}
