//! Four steps from an idea to a page that sells: basics, tickets, look, publish.
//!
//! The first step makes the draft; each step saves it. The page beside the form is the event's own
//! page, rendered from the draft. Published events are changed here too.

mod basics;
mod frame;
pub(super) mod local_time;
mod look;
mod publish;
mod ticket_rows;
mod tickets;

use bilten_core::catalog::{self, EventDetail, EventStatus};
use bilten_kernel::EventId;
use bilten_tenancy::{TenantTx, permissions::Permission};

use super::console::Console;
use crate::http::{
    problem::{Code, Problem},
    registry::{Access, Face, Repeat, Route},
};

const EVENT: &[(&str, &str)] = &[("id", "event")];
/// Bytes of a form with all its ticket types and texts.
const FORM: usize = 256 * 1024;

pub(super) fn routes() -> Vec<Route> {
    let create = Access::Staff(Permission::EventCreate);
    let change = Access::Staff(Permission::EventUpdate);
    let prices = Access::Staff(Permission::PriceEdit);
    let face = Face::Organizer;
    vec![
        Route::get("/manage/events/new", face, create, basics::show_new),
        Route::post("/manage/events/new", face, create, basics::create)
            .body_limit(FORM)
            .repeats(Repeat::Harmless),
        Route::get("/manage/events/{id}/setup/basics", face, change, basics::show).ids(EVENT),
        Route::post("/manage/events/{id}/setup/basics", face, change, basics::save)
            .ids(EVENT)
            .repeats(Repeat::State)
            .body_limit(FORM),
        Route::get("/manage/events/{id}/setup/tickets", face, prices, tickets::show).ids(EVENT),
        Route::post("/manage/events/{id}/setup/tickets", face, prices, tickets::save)
            .ids(EVENT)
            .repeats(Repeat::State)
            .body_limit(FORM),
        Route::get("/manage/events/{id}/setup/look", face, change, look::show).ids(EVENT),
        Route::post("/manage/events/{id}/setup/look", face, change, look::save)
            .ids(EVENT)
            .repeats(Repeat::State)
            .body_limit(FORM),
        Route::get("/manage/events/{id}/setup/publish", face, change, publish::show).ids(EVENT),
    ]
}

/// Loads the event of a step for somebody who may change it; events that are over are not changed.
async fn load(console: &Console, tx: &mut TenantTx, id: EventId) -> Result<EventDetail, Problem> {
    console.permit_event(tx, Permission::EventUpdate, id).await?;
    let detail = catalog::find_event(console, tx, id).await?;
    let detail = detail.ok_or_else(Problem::not_found)?;
    match detail.event.status_at(console.now()) {
        EventStatus::Draft | EventStatus::Published => Ok(detail),
        EventStatus::Ended | EventStatus::Cancelled => Err(Problem::new(Code::EventState)),
    }
}
