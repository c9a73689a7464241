//! `GET /manage/finance/journal.csv`: every posting of a span, as a file (RFC 4180).
//!
//! The file is written while it is read from the database, a chunk and a short transaction at a time. Amounts are plain
//! numbers in whole units with a point, so that they can be added up.

use axum::{
    body::{Body, Bytes},
    extract::Query,
    response::{IntoResponse, Response},
};
use bilten_billing::{
    finance::{self, Entry, EntryFilter},
    ledger::LedgerTxnId,
};
use bilten_kernel::{Ctx, Money, Timestamp, ZoneName};
use bilten_tenancy::{
    Db, DbError,
    audit::{self, Entry as AuditEntry},
};
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::{
    permit,
    span::{Asked, Days},
    words,
};
use crate::{
    http::problem::Problem,
    organizer::{attendees::export::harmless, console::Console, prices},
};

/// Transactions of a chunk.
const CHUNK: usize = 1_000;
pub(super) const HEAD: [&str; 11] = [
    "booked_at",
    "transaction",
    "kind",
    "reference",
    "order",
    "event",
    "book",
    "account",
    "name",
    "amount",
    "currency",
];

pub(super) async fn show(Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let days = Days::read(&asked, console.now(), &zone).unwrap_or_else(|(days, _)| days);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let entry = AuditEntry {
        action: "finance.exported",
        object: format!("{}/{}", days.first, days.last),
        details: serde_json::json!({}),
    };
    audit::record(&mut tx, &console, entry).await?;
    tx.commit().await?;
    let name = format!("attachment; filename=\"journal-{}-{}.csv\"", days.first, days.last);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    let file = File {
        db: console.state.db.clone(),
        ctx: console.tenant.ctx.clone(),
        filter: EntryFilter {
            span: days.span(&zone),
            kinds: Vec::new(),
            codes: Vec::new(),
        },
        zone: settings.time_zone.clone(),
        next: Next::Head,
    };
    let chunks = stream::try_unfold(file, |file| async move { file.write().await });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// A file on its way.
struct File {
    db: Db,
    ctx: Ctx,
    filter: EntryFilter,
    zone: ZoneName,
    next: Next,
}

/// What is written next.
enum Next {
    Head,
    Rows(Option<(Timestamp, LedgerTxnId)>),
    End,
}

impl File {
    /// Writes the next chunk; nothing when the file is complete.
    async fn write(mut self) -> Result<Option<(Bytes, Self)>, DbError> {
        let after = match self.next {
            Next::Head => {
                self.next = Next::Rows(None);
                let mut head = "\u{feff}".as_bytes().to_vec();
                head.extend_from_slice(&lines(std::iter::once(HEAD.map(str::to_owned))));
                return Ok(Some((head.into(), self)));
            }
            Next::Rows(after) => after,
            Next::End => return Ok(None),
        };
        let mut tx = self.db.begin(&self.ctx).await?;
        let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let entries = finance::list_entries(&mut tx, &self.filter, after, limit).await?;
        tx.commit().await?;
        self.next = match entries.last().filter(|_| entries.len() == CHUNK) {
            Some(last) => Next::Rows(Some((last.at, last.id))),
            None => Next::End,
        };
        let chunk = lines(entries.iter().flat_map(|entry| rows(entry, &self.zone)));
        Ok(Some((chunk.into(), self)))
    }
}

/// The postings of a transaction, one a row.
pub(super) fn rows(entry: &Entry, zone: &ZoneName) -> Vec<[String; 11]> {
    let at = entry.at.to_zoned(zone.zone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    entry
        .lines
        .iter()
        .map(|line| {
            [
                at.clone(),
                entry.id.to_string(),
                entry.kind.name().to_owned(),
                entry.key.clone(),
                entry.order.map(|order| order.to_string()).unwrap_or_default(),
                entry.event.map(|event| event.to_string()).unwrap_or_default(),
                words::book(line.account.book).to_owned(),
                line.account.code.number().to_string(),
                words::account(&line.account),
                amount(line.amount),
                line.amount.currency.code().to_owned(),
            ]
        })
        .collect()
}

/// An amount in whole units, with a minus for credits.
pub(super) fn amount(amount: Money) -> String {
    let size = prices::write(Money::new(amount.minor.abs(), amount.currency));
    if amount.minor < 0 { format!("-{size}") } else { size }
}

fn lines(rows: impl Iterator<Item = [String; 11]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        // The amount is a number of ours; everything else may come from people.
        let cells = row
            .iter()
            .enumerate()
            .map(|(at, cell)| if at == 9 { cell.clone() } else { harmless(cell) });
        writer
            .write_record(cells)
            .expect("writing to memory cannot fail and all rows have as many cells");
    }
    writer.into_inner().expect("writing to memory cannot fail")
}
