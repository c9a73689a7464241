//! Who comes to an event: the list and its export.

mod export;
mod list;

use bilten_tenancy::permissions::Permission;

use crate::http::registry::{Access, Face, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];

pub(super) fn routes() -> Vec<Route> {
    let read = Access::Staff(Permission::AttendeeRead);
    let take = Access::Staff(Permission::AttendeeExport);
    let face = Face::Organizer;
    vec![
        Route::get("/manage/events/{id}/attendees", face, read, list::show).ids(EVENT),
        Route::get("/manage/events/{id}/attendees.csv", face, take, export::show)
            .ids(EVENT)
            .fresh(),
    ]
}
