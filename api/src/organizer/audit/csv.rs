//! `GET /manage/audit.csv`: what was looked for, as a file, the newest first.

use async_trait::async_trait;
use axum::response::Response;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    Db, DbError,
    audit::{self, AuditCursor, AuditFilter, AuditRow},
};

use super::{query::Query, take};
use crate::{
    http::{extract::Params, problem::Problem},
    organizer::console::Console,
    report::stream::{self, Rows, harmless},
};

/// Entries of a chunk.
const CHUNK: usize = 1_000;
const HEAD: [&str; 7] = ["link", "at", "actor", "action", "object", "request", "details"];

pub(super) async fn show(console: Console, Params(query): Params<Query>) -> Result<Response, Problem> {
    let (filter, day) = take::begin(&console, &query, "csv").await?;
    let file = File {
        db: console.state.db.clone(),
        ctx: console.tenant.ctx.clone(),
        filter,
    };
    Ok(stream::answer(&format!("audit-{day}.csv"), HEAD, file))
}

/// What the file is read from.
struct File {
    db: Db,
    ctx: Ctx,
    filter: AuditFilter,
}

#[async_trait]
impl Rows<7> for File {
    type Place = AuditCursor;

    async fn read(&self, after: Option<AuditCursor>) -> Result<(Vec<[String; 7]>, Option<AuditCursor>), DbError> {
        let mut tx = self.db.begin(&self.ctx).await?;
        let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let rows = audit::list(&mut tx, &self.filter, after, limit).await?;
        tx.commit().await?;
        let last = rows.last().filter(|_| rows.len() == CHUNK);
        Ok((rows.iter().map(cells).collect(), last.map(|last| last.cursor)))
    }
}

fn cells(row: &AuditRow) -> [String; 7] {
    [
        row.seq.map(|seq| seq.to_string()).unwrap_or_default(),
        row.entry.at.to_string(),
        harmless(&row.entry.actor),
        harmless(&row.entry.action),
        harmless(&row.entry.object),
        harmless(&row.entry.request_id),
        harmless(&row.entry.details.to_string()),
    ]
}
