//! One visit to one tenant: seal its audit, dispatch its outbox, do a few of its jobs.

use std::{panic::AssertUnwindSafe, sync::Arc};

use bilten_kernel::{Actor, Ctx, RequestId, TenantId, Timestamp};
use futures_util::FutureExt;
use jiff::SignedDuration;

use super::{
    Job, JobHandler, JobOutcome, WorkerParts,
    chore::{self, Rounds},
    store,
};
use crate::{DbError, audit, outbox};

/// Jobs of one tenant that one visit does.
const JOBS_PER_VISIT: i64 = 8;
/// Time after which another worker may take a job.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// What a visit found.
#[derive(Debug, Default)]
pub(super) struct Visited {
    /// Things done: jobs, events, seals.
    pub done: usize,
    /// When the tenant's next job falls due.
    pub next_due: Option<Timestamp>,
}

pub(super) async fn visit(parts: &WorkerParts, rounds: &Rounds, tenant: TenantId) -> Result<Visited, DbError> {
    let ctx = context(parts, tenant, "worker");
    if rounds.take(tenant, ctx.now()) {
        chore::run_all(parts, &ctx).await;
    }
    let mut done = seal(parts, tenant).await?;

    let mut tx = parts.db.begin(&ctx).await?;
    done += outbox::dispatch(&ctx, &mut tx, &parts.subscribers).await?;
    tx.commit().await?;

    let mut tx = parts.db.begin(&ctx).await?;
    let leased_until = ctx.now() + LEASE;
    let jobs = store::take_due(&mut tx, ctx.now(), leased_until, JOBS_PER_VISIT).await?;
    tx.commit().await?;
    for job in &jobs {
        work(parts, tenant, job).await?;
    }
    done += jobs.len();

    let mut tx = parts.db.begin(&ctx).await?;
    let next_due = store::next_due(&mut tx).await?;
    Ok(Visited { done, next_due })
}

/// Seals the tenant's audit entries; returns how many.
pub(super) async fn seal(parts: &WorkerParts, tenant: TenantId) -> Result<usize, DbError> {
    let mut sealed = 0;
    loop {
        let mut tx = parts.db.begin_in(tenant).await?;
        let batch = audit::seal(&mut tx, parts.clock.now()).await?;
        tx.commit().await?;
        if batch == 0 {
            return Ok(sealed);
        }
        sealed += batch;
    }
}

async fn work(parts: &WorkerParts, tenant: TenantId, job: &Job) -> Result<(), DbError> {
    let ctx = context(parts, tenant, &job.id.to_string());
    let outcome = match parts.handlers.iter().find(|handler| handler.kind() == job.kind) {
        Some(handler) => run_safely(handler, &ctx, job).await,
        None => JobOutcome::Retry(
            SignedDuration::from_mins(5),
            "no handler of this kind in this build".to_owned(),
        ),
    };
    let now = parts.clock.now();
    let mut tx = parts.db.begin(&ctx).await?;
    match &outcome {
        JobOutcome::Done => store::finish(&mut tx, job.id, "done", None, now).await?,
        JobOutcome::Fail(why) => {
            tracing::error!(job = %job.id, kind = job.kind, why, "job failed for good");
            store::finish(&mut tx, job.id, "failed", Some(why), now).await?;
        }
        JobOutcome::Retry(_, why) if job.attempts >= job.max_attempts => {
            tracing::error!(job = %job.id, kind = job.kind, why, "job failed too often");
            store::finish(&mut tx, job.id, "failed", Some(why), now).await?;
        }
        JobOutcome::Retry(after, why) => {
            tracing::warn!(job = %job.id, kind = job.kind, why, "job will be tried again");
            store::postpone(&mut tx, job.id, now + *after, why).await?;
        }
    }
    metrics::counter!("jobs_total", "kind" => job.kind.clone(), "outcome" => name(&outcome)).increment(1);
    tx.commit().await
}

async fn run_safely(handler: &Arc<dyn JobHandler>, ctx: &Ctx, job: &Job) -> JobOutcome {
    let run = AssertUnwindSafe(handler.run(ctx, job)).catch_unwind();
    run.await
        .unwrap_or_else(|_| JobOutcome::Retry(SignedDuration::from_mins(1), "the handler panicked".to_owned()))
}

const fn name(outcome: &JobOutcome) -> &'static str {
    match outcome {
        JobOutcome::Done => "done",
        JobOutcome::Retry(..) => "retry",
        JobOutcome::Fail(_) => "fail",
    }
}

fn context(parts: &WorkerParts, tenant: TenantId, name: &str) -> Ctx {
    let request = RequestId::parse(name).expect("job ids and the worker's name are fit for a request id");
    Ctx::new(tenant, Actor::System, request, parts.clock.now(), parts.entropy.clone())
}
