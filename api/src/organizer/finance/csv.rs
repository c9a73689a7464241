//! `GET /manage/finance/journal.csv`: every posting of a span, as a file (RFC 4180).
//!
//! The file is written while it is read from the database, a chunk and a short transaction at a time. Amounts are plain
//! numbers in whole units with a point, so that they can be added up.

use async_trait::async_trait;
use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, Entry, EntryFilter},
    ledger::LedgerTxnId,
};
use bilten_kernel::{Ctx, Money, Timestamp, ZoneName};
use bilten_tenancy::{
    Db, DbError,
    audit::{self, Entry as AuditEntry},
};

use super::{
    permit,
    span::{Asked, Days},
    words,
};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, prices},
    report::stream::{self, Rows, harmless},
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
    let file = File {
        db: console.state.db.clone(),
        ctx: console.tenant.ctx.clone(),
        filter: EntryFilter {
            span: days.span(&zone),
            kinds: Vec::new(),
            codes: Vec::new(),
        },
        zone: settings.time_zone.clone(),
    };
    let name = format!("journal-{}-{}.csv", days.first, days.last);
    Ok(stream::answer(&name, HEAD, file))
}

/// What the file is read from.
struct File {
    db: Db,
    ctx: Ctx,
    filter: EntryFilter,
    zone: ZoneName,
}

#[async_trait]
impl Rows<11> for File {
    type Place = (Timestamp, LedgerTxnId);

    async fn read(&self, after: Option<Self::Place>) -> Result<(Vec<[String; 11]>, Option<Self::Place>), DbError> {
        let mut tx = self.db.begin(&self.ctx).await?;
        let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let entries = finance::list_entries(&mut tx, &self.filter, after, limit).await?;
        tx.commit().await?;
        let last = entries.last().filter(|_| entries.len() == CHUNK);
        let next = last.map(|last| (last.at, last.id));
        let cells = entries.iter().flat_map(|entry| rows(entry, &self.zone)).map(tame);
        Ok((cells.collect(), next))
    }
}

/// The amount is a number of ours; everything else may come from people.
fn tame(row: [String; 11]) -> [String; 11] {
    let [at, txn, kind, key, order, event, book, code, name, amount, currency] = row;
    let [at, txn, kind, key, order, event, book, code, name] =
        [at, txn, kind, key, order, event, book, code, name].map(|cell| harmless(&cell));
    [at, txn, kind, key, order, event, book, code, name, amount, currency]
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
