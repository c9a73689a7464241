//! `GET /manage/audit.jsonl`: the whole chain as a file that proves itself, for `bilten audit verify-file`.

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use bilten_kernel::Ctx;
use bilten_tenancy::{
    Db, DbError,
    audit::{self, Entry, FORMAT, FileHead, FileLine},
    permissions::{self, Permission, Scope},
};
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;

use crate::{http::problem::Problem, organizer::console::Console};

/// Links of a chunk.
const CHUNK: i64 = 1_000;

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let tenant = console.tenant.ctx.tenant;
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::AuditExport, Scope::Tenant).await?;
    let entry = Entry {
        action: "audit.exported",
        object: tenant.to_string(),
        details: serde_json::json!({ "form": "chain" }),
    };
    audit::record(&mut tx, &console, entry).await?;
    tx.commit().await?;
    let headers = [
        (CONTENT_TYPE, "application/jsonl; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"audit-{tenant}.jsonl\""),
        ),
    ];
    let whose = FileHead {
        format: FORMAT.to_owned(),
        tenant,
        public_key: console.state.audit_signer.public_key(tenant),
    };
    let file = File {
        db: console.state.db.clone(),
        ctx: console.tenant.ctx.clone(),
        next: Next::Whose(whose),
    };
    let chunks = stream::try_unfold(file, |file| async move { file.write().await });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// A file on its way.
struct File {
    db: Db,
    ctx: Ctx,
    next: Next,
}

/// What is written next.
enum Next {
    Whose(FileHead),
    Links(i64),
    Heads(i64),
    End,
}

impl File {
    /// Writes the next chunk; nothing when the file is complete.
    async fn write(mut self) -> Result<Option<(Bytes, Self)>, DbError> {
        let mut chunk = Vec::new();
        self.next = match self.next {
            Next::Whose(whose) => {
                put(&mut chunk, &whose);
                Next::Links(0)
            }
            Next::Links(after) => {
                let mut tx = self.db.begin(&self.ctx).await?;
                let links = audit::list_links(&mut tx, after, CHUNK).await?;
                tx.commit().await?;
                let last = links.last().map_or(after, |link| link.seq);
                let is_last = links.is_empty();
                for link in links {
                    put(&mut chunk, &FileLine::Link(link));
                }
                if is_last { Next::Heads(last) } else { Next::Links(last) }
            }
            Next::Heads(last) => {
                let mut tx = self.db.begin(&self.ctx).await?;
                let heads = audit::list_heads(&mut tx).await?;
                tx.commit().await?;
                // Those that were signed meanwhile are about links that are not in the file.
                for head in heads.into_iter().filter(|head| head.seq <= last) {
                    put(&mut chunk, &FileLine::Head { head });
                }
                Next::End
            }
            Next::End => return Ok(None),
        };
        Ok(Some((chunk.into(), self)))
    }
}

fn put(chunk: &mut Vec<u8>, line: &impl Serialize) {
    serde_json::to_writer(&mut *chunk, line).expect("writing to memory cannot fail");
    chunk.push(b'\n');
}
