//! `GET /manage/events/{id}/attendees?q=&cursor=`.

use axum::response::Response;
use bilten_branding::views::{
    Section,
    console::{AttendeeRow, AttendeesView},
};
use bilten_core::{
    catalog,
    reports::{self, Attendee, AttendeeFilter},
};
use bilten_kernel::{EventKind, ZoneName};
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use crate::{
    http::{
        extract::Params,
        ids::PathId,
        problem::{Code, Problem},
    },
    organizer::{console::Console, figures, people, urls},
};

/// Attendees on one page.
const PAGE: u32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    q: String,
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
    let filter = AttendeeFilter {
        text: Some(query.q.clone()),
    };
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::AttendeeRead, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    let page = reports::list_attendees(&mut tx, id, &filter, after, PAGE).await?;
    people::note_look(&console, &mut tx, "attendees.viewed", id.to_string()).await?;
    tx.commit().await?;
    let event = found.ok_or_else(Problem::not_found)?.event;
    let next = page.next.map(|cursor| cursor.to_string());
    let view = AttendeesView {
        event: event.name.to_string(),
        event_url: urls::event(id),
        total: figures::count(page.total),
        rows: page.rows.iter().map(|row| attendee(row, &event.time_zone)).collect(),
        csv_url: urls::attendees_csv(id),
        next_url: next.map(|cursor| {
            urls::with_query(
                &urls::attendees(id),
                &[("q", query.q.as_str()), ("cursor", cursor.as_str())],
            )
        }),
        q: query.q,
    };
    console.html(Section::Events, &view)
}

fn attendee(row: &Attendee, zone: &ZoneName) -> AttendeeRow {
    AttendeeRow {
        name: row.holder_name.clone(),
        email: row.buyer_email.clone(),
        type_name: row.type_name.clone(),
        is_add_on: row.is_add_on,
        seat: row.seat.as_ref().map(crate::seats::label),
        order: format!("{}-{}", row.order_code, row.number),
        order_url: urls::order(row.order),
        admitted: row.admitted_at.map(|at| figures::moment(at, zone)),
    }
}
