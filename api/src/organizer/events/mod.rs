//! Events: the list, one of them, and what puts it on sale or calls it off.

mod list;
mod outlook;
mod preview;
mod show;
mod state;

use bilten_tenancy::permissions::Permission;
pub(super) use show::overview;

use crate::http::registry::{Access, Face, Repeat, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];

pub(super) fn routes() -> Vec<Route> {
    let read = Access::Staff(Permission::ReportRead);
    let look = Access::Staff(Permission::EventUpdate);
    let publish = Access::Staff(Permission::EventPublish);
    let cancel = Access::Staff(Permission::EventCancel);
    let refund = Access::Staff(Permission::OrderCancel);
    let face = Face::Organizer;
    vec![
        Route::get("/manage/events", face, read, list::show),
        Route::get("/manage/events/{id}", face, read, show::show).ids(EVENT),
        Route::get("/manage/events/{id}/preview", face, look, preview::show).ids(EVENT),
        Route::post("/manage/events/{id}/publication", face, publish, state::publish)
            .ids(EVENT)
            .repeats(Repeat::State),
        Route::post("/manage/events/{id}/cancellation", face, cancel, state::cancel)
            .ids(EVENT)
            .repeats(Repeat::State),
        Route::post("/manage/events/{id}/refunds", face, refund, state::refund)
            .ids(EVENT)
            .repeats(Repeat::State),
    ]
}
