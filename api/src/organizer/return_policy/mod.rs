//! What it costs to give tickets of an event back.

mod form;
mod save;
mod show;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::EventUpdate));
    vec![
        Route::get("/manage/events/{id}/return-policy", face, access, show::show).ids(EVENT),
        Route::post("/manage/events/{id}/return-policy", face, access, save::save)
            .ids(EVENT)
            .repeats(Repeat::State),
    ]
}
