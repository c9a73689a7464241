//! `GET /manage/events/{id}/waiting-list?all=&cursor=`.

use axum::response::Response;
use bilten_branding::views::{
    Section,
    console::{WaitingListView, WaitingRow, WaitingTypeRow},
};
use bilten_core::{
    catalog::{self, EventDetail},
    waitlist::{self, EntryFilter, EntryLine, EntryState, ListCounts},
};
use bilten_kernel::EventKind;
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use crate::{
    http::{
        extract::Params,
        ids::PathId,
        problem::{Code, Problem},
    },
    organizer::{
        console::Console,
        figures::{count, moment},
        urls,
    },
};

/// Entries on one page.
const PAGE: u32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    all: String,
    cursor: String,
}

pub(super) async fn show(
    PathId(id): PathId<EventKind>,
    console: Console,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let after = (!query.cursor.is_empty())
        .then(|| query.cursor.parse())
        .transpose()
        .map_err(|_| Problem::new(Code::InvalidCursor))?;
    let filter = if query.all.is_empty() {
        EntryFilter::Open
    } else {
        EntryFilter::All
    };
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::AttendeeRead, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    let page = waitlist::list(&console, &mut tx, id, (filter, after), PAGE).await?;
    let counts = waitlist::counts(&console, &mut tx, id).await?;
    tx.commit().await?;
    let detail = found.ok_or_else(Problem::not_found)?;
    let path = urls::waiting_list(id);
    let all = filter == EntryFilter::All;
    let next = page.next.map(|cursor| cursor.to_string());
    let may_remove = console.may(Permission::OrderEdit);
    let view = WaitingListView {
        event: detail.event.name.to_string(),
        event_url: urls::event(id),
        waiting: count(counts.waiting),
        places: count(counts.places),
        offered: count(counts.offered),
        accepted: count(counts.accepted),
        types: types(&detail, &counts),
        all,
        toggle_url: urls::with_query(&path, &[("all", if all { "" } else { "1" })]),
        rows: page.rows.iter().map(|line| row(line, &detail, may_remove)).collect(),
        next_url: next
            .map(|cursor| urls::with_query(&path, &[("all", query.all.as_str()), ("cursor", cursor.as_str())])),
    };
    console.html(Section::Events, &view)
}

/// What is waited for, in the event's order.
fn types(detail: &EventDetail, counts: &ListCounts) -> Vec<WaitingTypeRow> {
    let rows = detail.ticket_types.iter().filter_map(|ticket_type| {
        let (_, entries, places) = counts.types.iter().find(|(id, ..)| *id == ticket_type.id)?;
        Some(WaitingTypeRow {
            name: ticket_type.terms.name.to_string(),
            entries: count(*entries),
            places: count(*places),
        })
    });
    rows.collect()
}

fn row(line: &EntryLine, detail: &EventDetail, may_remove: bool) -> WaitingRow {
    let (entry, zone) = (&line.entry, &detail.event.time_zone);
    WaitingRow {
        position: line.position.map(count),
        name: entry.name.to_string(),
        email: entry.email.to_string(),
        party: entry.party.size(),
        takes_fewer: !entry.party.stays_together(),
        types: line.types.clone(),
        state: entry.state.name().to_owned(),
        joined: moment(entry.joined_at, zone),
        until: entry
            .offer_until
            .filter(|_| entry.state == EntryState::Offered)
            .map(|at| moment(at, zone)),
        remove_action: (may_remove && entry.state.is_open()).then(|| urls::waitlist_removal(entry.event, entry.id)),
    }
}
