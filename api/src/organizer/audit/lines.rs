//! `GET /manage/audit-entries.jsonl`: what was looked for, an entry a line, the newest first.

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{
    Db, DbError,
    audit::{self, AuditCursor, AuditFilter, AuditRow},
};
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;
use serde_json::Value;

use super::{query::Query, take};
use crate::{
    http::{extract::Params, problem::Problem},
    organizer::console::Console,
};

/// Entries of a chunk.
const CHUNK: usize = 1_000;

pub(super) async fn show(console: Console, Params(query): Params<Query>) -> Result<Response, Problem> {
    let (filter, day) = take::begin(&console, &query, "jsonl").await?;
    let headers = [
        (CONTENT_TYPE, "application/jsonl; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"audit-{day}.jsonl\""),
        ),
    ];
    let file = File {
        db: console.state.db.clone(),
        ctx: console.tenant.ctx.clone(),
        filter,
        next: Next::Newest,
    };
    let chunks = stream::try_unfold(file, |file| async move { file.write().await });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// A file on its way.
struct File {
    db: Db,
    ctx: Ctx,
    filter: AuditFilter,
    next: Next,
}

/// What is written next.
enum Next {
    Newest,
    Behind(AuditCursor),
    End,
}

/// An entry as it is written; `link` is its number in the chain.
#[derive(Serialize)]
struct Line<'a> {
    link: Option<i64>,
    at: Timestamp,
    actor: &'a str,
    action: &'a str,
    object: &'a str,
    request: &'a str,
    details: &'a Value,
}

impl File {
    async fn write(mut self) -> Result<Option<(Bytes, Self)>, DbError> {
        let after = match self.next {
            Next::Newest => None,
            Next::Behind(cursor) => Some(cursor),
            Next::End => return Ok(None),
        };
        let mut tx = self.db.begin(&self.ctx).await?;
        let limit = i64::try_from(CHUNK).unwrap_or(i64::MAX);
        let rows = audit::list(&mut tx, &self.filter, after, limit).await?;
        tx.commit().await?;
        let last = rows.last().filter(|_| rows.len() == CHUNK);
        self.next = last.map_or(Next::End, |last| Next::Behind(last.cursor));
        Ok(Some((rows.iter().flat_map(line).collect(), self)))
    }
}

fn line(row: &AuditRow) -> Vec<u8> {
    let entry = &row.entry;
    let line = Line {
        link: row.seq,
        at: entry.at,
        actor: &entry.actor,
        action: &entry.action,
        object: &entry.object,
        request: &entry.request_id,
        details: &entry.details,
    };
    let mut written = serde_json::to_vec(&line).expect("writing to memory cannot fail");
    written.push(b'\n');
    written
}
