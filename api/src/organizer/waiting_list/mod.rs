//! Who waits for an event's places: the list, and taking somebody off it.

mod list;
mod remove;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Repeat, Route};

pub(super) fn routes() -> Vec<Route> {
    let read = Access::Staff(Permission::AttendeeRead);
    let change = Access::Staff(Permission::OrderEdit);
    let face = Face::Organizer;
    vec![
        Route::get("/manage/events/{id}/waiting-list", face, read, list::show).ids(&[("id", "event")]),
        Route::post(
            "/manage/events/{id}/waiting-list/{entry}/removal",
            face,
            change,
            remove::create,
        )
        .ids(&[("id", "event"), ("entry", "waitlist_entry")])
        .repeats(Repeat::State),
    ]
}
