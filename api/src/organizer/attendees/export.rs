//! `GET /manage/events/{id}/attendees.csv`: everybody who comes, as a file (RFC 4180).
//!
//! The file is written while it is read from the database, a chunk and a short transaction at a
//! time. It begins with a byte order mark, so that spreadsheets read it as UTF-8, and no cell can
//! act as a formula there.

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
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
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::console::Console,
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
    let name = format!("attachment; filename=\"attendees-{}.csv\"", event.slug);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    let file = File {
        db: console.state.db.clone(),
        ctx: console.tenant.ctx.clone(),
        event: id,
        zone: event.time_zone,
        next: Next::Head,
    };
    let chunks = stream::try_unfold(file, |file| async move { file.write().await });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// A file on its way.
struct File {
    db: Db,
    ctx: Ctx,
    event: EventId,
    zone: ZoneName,
    next: Next,
}

/// What is written next.
enum Next {
    Head,
    Rows(Option<TicketCursor>),
    End,
}

impl File {
    /// Writes the next chunk; nothing when the file is complete.
    async fn write(mut self) -> Result<Option<(Bytes, Self)>, DbError> {
        let after = match self.next {
            Next::Head => {
                self.next = Next::Rows(None);
                return Ok(Some((head(), self)));
            }
            Next::Rows(after) => after,
            Next::End => return Ok(None),
        };
        let mut tx = self.db.begin(&self.ctx).await?;
        let rows = reports::list_export_rows(&mut tx, self.event, after).await?;
        tx.commit().await?;
        let is_last = rows.len() < usize::try_from(reports::EXPORT_CHUNK).unwrap_or(usize::MAX);
        self.next = match rows.last().filter(|_| !is_last) {
            Some(row) => Next::Rows(Some(TicketCursor(row.ticket))),
            None => Next::End,
        };
        let chunk = lines(rows.iter().map(|row| cells(row, &self.zone)));
        Ok(Some((chunk, self)))
    }
}

fn head() -> Bytes {
    let mut file = "\u{feff}".as_bytes().to_vec();
    file.extend_from_slice(&lines([HEAD.map(str::to_owned)].into_iter()));
    file.into()
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

fn lines(rows: impl Iterator<Item = [String; 14]>) -> Bytes {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| harmless(cell)))
            .expect("writing to memory cannot fail and all rows have as many cells");
    }
    let written = writer.into_inner().expect("writing to memory cannot fail");
    written.into()
}

/// Keeps spreadsheets from running what somebody gave as his name
/// (OWASP, CSV injection): a cell that begins like a formula begins with an apostrophe.
pub fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+47 22", "'+47 22"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("Ada", "Ada"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written);
        }
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_cell() {
        let mut row: [String; 14] = std::array::from_fn(|_| String::new());
        row[3] = "Sample \"Guest\", of\nHonour".to_owned();
        let line = String::from_utf8(lines([row].into_iter()).to_vec()).unwrap();
        assert_eq!(line, ",,,\"Sample \"\"Guest\"\", of\nHonour\",,,,,,,,,,\r\n");
    }

    #[test]
    fn the_file_says_that_it_is_utf_8() {
        assert!(head().starts_with(&[0xef, 0xbb, 0xbf]));
        assert!(head().ends_with(b"admitted_at,gate,section,row,seat,kind\r\n"));
    }
}
