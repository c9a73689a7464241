//! The door: choose an event, then scan, paste or type codes.

mod pick;
mod scan;

use bilten_branding::views::console::CheckInCounts;
use bilten_core::reports::Counts;
use bilten_tenancy::permissions::Permission;

use super::figures::count;
use crate::http::registry::{Access, Face, Repeat, Route};

const EVENT: &[(&str, &str)] = &[("id", "event")];

pub(super) fn routes() -> Vec<Route> {
    let access = Access::Staff(Permission::TicketScan);
    let face = Face::Organizer;
    vec![
        Route::get("/manage/check-in", face, access, pick::show),
        Route::get("/manage/events/{id}/check-in", face, access, scan::show).ids(EVENT),
        Route::post("/manage/events/{id}/check-in", face, access, scan::create)
            .ids(EVENT)
            .repeats(Repeat::FormKey),
    ]
}

fn counts(counts: Counts) -> CheckInCounts {
    CheckInCounts {
        admitted: count(counts.admitted),
        expected: count(counts.expected),
        percent: count(counts.percent()),
    }
}
