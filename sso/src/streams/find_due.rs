//! Finds streams that have something to send, and hands them to the sender of this process.

use async_trait::async_trait;
use bilten_kernel::{AuditStreamId, Ctx, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    jobs::{self, Chore, Job, JobHandler, JobOutcome, NewJob},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Streamer, store};

/// Kind of the job that hands a stream to a sender.
pub const SEND_JOB: &str = "audit.stream";
/// Time in which what was just written is sealed.
const SEALED_AFTER: SignedDuration = SignedDuration::from_secs(2);

/// Looks for streams that are behind the chain and due.
#[derive(Debug, Clone, Copy, Default)]
pub struct FindDueStreams;

#[async_trait]
impl Chore for FindDueStreams {
    fn name(&self) -> &'static str {
        "find_due_streams"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        let due = store::list_due(tx, ctx.now()).await?;
        if due.is_empty() {
            return Ok(());
        }
        let last = audit::chain_length(tx).await?;
        for (id, cursor) in due {
            if cursor < last {
                enqueue(tx, ctx, id).await?;
            }
        }
        Ok(())
    }
}

/// Has a stream looked at now.
pub(super) async fn enqueue(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId) -> Result<(), DbError> {
    enqueue_at(tx, ctx, id, ctx.now()).await
}

/// Has a stream looked at when what this transaction wrote is sealed.
pub(super) async fn kick(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId) -> Result<(), DbError> {
    enqueue_at(tx, ctx, id, ctx.now() + SEALED_AFTER).await
}

async fn enqueue_at(tx: &mut TenantTx, ctx: &Ctx, id: AuditStreamId, run_at: Timestamp) -> Result<(), DbError> {
    let key = id.to_string();
    let job = NewJob {
        kind: SEND_JOB,
        payload: json!({ "stream": key }),
        run_at,
        unique_key: Some(&key),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Hands a stream over and is done: a receiver that is slow or dead holds up no job.
#[derive(Debug, Clone)]
pub struct SendStream(pub Streamer);

#[async_trait]
impl JobHandler for SendStream {
    fn kind(&self) -> &'static str {
        SEND_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let named = job.payload.get("stream").and_then(Value::as_str);
        match named.and_then(|id| id.parse().ok()) {
            Some(id) => {
                self.0.hand_over(ctx.tenant, id);
                JobOutcome::Done
            }
            None => JobOutcome::Fail("the job names no stream".to_owned()),
        }
    }
}
