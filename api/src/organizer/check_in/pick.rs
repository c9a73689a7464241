//! `GET /manage/check-in`: which event.

use axum::response::Response;
use bilten_branding::views::{
    Section,
    console::{CheckInPickView, PickRow},
};
use bilten_core::reports::{self, DoorEvent};
use bilten_tenancy::permissions::Permission;

use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, urls},
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let reach = console.reach(Permission::TicketScan);
    let mut tx = console.begin().await?;
    let events = reports::list_door_events(&console, &mut tx, &reach).await?;
    tx.commit().await?;
    let view = CheckInPickView {
        events: events.iter().map(row).collect(),
    };
    console.html(Section::CheckIn, &view)
}

fn row(event: &DoorEvent) -> PickRow {
    PickRow {
        url: urls::check_in(event.id),
        title: event.name.clone(),
        starts: figures::moment(event.starts_at, &event.time_zone),
        venue: event.venue.clone(),
        counts: super::counts(event.counts),
    }
}
