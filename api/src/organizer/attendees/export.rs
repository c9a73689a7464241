//! `GET /manage/events/{id}/attendees.csv`: everybody who comes, as a file (RFC 4180).

use async_trait::async_trait;
use axum::response::Response;
use bilten_core::{
    catalog,
    reports::{self, Attendee, TicketCursor},
    seating::Seat,
};
use bilten_kernel::{Ctx, EventId, EventKind, ZoneName};
use bilten_tenancy::{
    Db, DbError,
    audit::{self, Entry},
    permissions::Permission,
};

use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::console::Console,
    report::stream::{self, Rows, harmless},
};

const HEAD: [&str; 14] = [
    "order",
    "ticket",
    "ticket_type",
    "holder",
    "buyer",
    "email",
    "price",
    "currency",
    "admitted_at",
    "gate",
    "section",
    "row",
    "seat",
    "kind",
];

pub(super) async fn show(PathId(id): PathId<EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::AttendeeExport, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    let event = found.ok_or_else(Problem::not_found)?.event;
    let entry = Entry {
        action: "attendees.exported",
        object: id.to_string(),
        details: serde_json::json!({}),
    };
    audit::record(&mut tx, &console, entry).await?;
    tx.commit().await?;
    let file = File {
        db: console.state.db.clone(),
        ctx: console.tenant.ctx.clone(),
        event: id,
        zone: event.time_zone,
    };
    Ok(stream::answer(&format!("attendees-{}.csv", event.slug), HEAD, file))
}

/// What the file is read from.
struct File {
    db: Db,
    ctx: Ctx,
    event: EventId,
    zone: ZoneName,
}

#[async_trait]
impl Rows<14> for File {
    type Place = TicketCursor;

    async fn read(&self, after: Option<TicketCursor>) -> Result<(Vec<[String; 14]>, Option<TicketCursor>), DbError> {
        let mut tx = self.db.begin(&self.ctx).await?;
        let rows = reports::list_export_rows(&mut tx, self.event, after).await?;
        tx.commit().await?;
        let is_last = rows.len() < usize::try_from(reports::EXPORT_CHUNK).unwrap_or(usize::MAX);
        let next = rows.last().filter(|_| !is_last).map(|row| TicketCursor(row.ticket));
        let cells = rows
            .iter()
            .map(|row| cells(row, &self.zone).map(|cell| harmless(&cell)));
        Ok((cells.collect(), next))
    }
}

fn cells(row: &Attendee, zone: &ZoneName) -> [String; 14] {
    let admitted = row
        .admitted_at
        .map(|at| at.to_zoned(zone.zone()).strftime("%Y-%m-%d %H:%M").to_string());
    let seat = |part: fn(&Seat) -> &String| row.seat.as_ref().map(part).cloned().unwrap_or_default();
    [
        row.order_code.clone(),
        format!("{}-{}", row.order_code, row.number),
        row.type_name.clone(),
        row.holder_name.clone(),
        row.buyer_name.clone(),
        row.buyer_email.clone(),
        super::super::prices::write(row.price),
        row.price.currency.code().to_owned(),
        admitted.unwrap_or_default(),
        row.gate.clone(),
        seat(|seat| &seat.section),
        seat(|seat| &seat.row),
        seat(|seat| &seat.number),
        if row.is_add_on { "add_on" } else { "admission" }.to_owned(),
    ]
}
