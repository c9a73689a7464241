//! One visit to one tenant: dispatch its outbox, do a few of its jobs; and sealing its audit.

use std::{panic::AssertUnwindSafe, sync::Arc};

use bilten_kernel::{Actor, Ctx, RequestId, TenantId, Timestamp};
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::{
    Job, JobHandler, JobOutcome, WorkerParts,
    chore::{self, Rounds},
    store,
};
use crate::{DbError, TenantTx, audit, outbox};

/// Jobs of each kind of urgency that one visit does.
const JOBS_PER_VISIT: i64 = 8;
/// Jobs of one tenant that a visit does at once.
const JOBS_AT_ONCE: usize = 3;
/// Time after which another worker may take a job; longer than any handler's time limit.
const LEASE: SignedDuration = SignedDuration::from_mins(10);

/// What a visit found.
#[derive(Debug, Default)]
pub(super) struct Visited {
    /// Things done: jobs and events.
    pub done: usize,
    /// When the tenant's next job falls due; looked up when nothing was done.
    pub next_due: Option<Timestamp>,
    /// Audit entries wait for their seal; looked up when nothing was done.
    pub has_unsealed: bool,
}

/// Visits a tenant; ordinary jobs let a crowd of buyers pass. When the token is cancelled, jobs that are not begun yet are given back.
pub(super) async fn visit(
    parts: &WorkerParts,
    rounds: &Rounds,
    tenant: TenantId,
    stop: &CancellationToken,
) -> Result<Visited, DbError> {
    let ctx = context(parts, tenant, "worker");
    if rounds.take(tenant, ctx.now()) {
        chore::run_all(parts, &ctx).await;
    }
    // One transaction for all of it: of 10,000 tenants nearly all have nothing to do when they are visited.
    let mut tx = parts.db.begin(&ctx).await?;
    let heard = outbox::dispatch(&ctx, &mut tx, &parts.subscribers).await?;
    let (urgent, ordinary) = take(&mut tx, &ctx).await?;
    let mut visited = Visited {
        done: heard + urgent.len() + ordinary.len(),
        ..Visited::default()
    };
    if visited.done == 0 {
        visited.next_due = store::next_due(&mut tx).await?;
        visited.has_unsealed = audit::has_unsealed(&mut tx).await?;
    }
    tx.commit().await?;
    let urgent = urgent.into_iter().map(|job| (job, false));
    let ordinary = ordinary.into_iter().map(|job| (job, true));
    stream::iter(urgent.chain(ordinary))
        .map(Ok)
        .try_for_each_concurrent(JOBS_AT_ONCE, async |(job, can_wait)| {
            if can_wait {
                parts.db.turnstile().rush().let_pass().await;
            }
            work(parts, tenant, job, stop).await
        })
        .await?;
    Ok(visited)
}

/// Takes due jobs, as many urgent ones as ordinary ones, so that neither waits behind the other.
async fn take(tx: &mut TenantTx, ctx: &Ctx) -> Result<(Vec<Job>, Vec<Job>), DbError> {
    let lease = (ctx.now(), ctx.now() + LEASE);
    let urgent = store::take_due(tx, true, lease, JOBS_PER_VISIT).await?;
    let ordinary = store::take_due(tx, false, lease, JOBS_PER_VISIT).await?;
    Ok((urgent, ordinary))
}

/// Seals the tenant's audit entries; returns how many, or `None` when another sealer is at work.
pub(super) async fn seal(parts: &WorkerParts, tenant: TenantId) -> Result<Option<usize>, DbError> {
    let mut sealed = 0;
    loop {
        let mut tx = parts.db.begin_in(tenant).await?;
        let batch = audit::seal(&mut tx, parts.clock.now()).await?;
        tx.commit().await?;
        match batch {
            None => return Ok(None),
            Some(0) => return Ok(Some(sealed)),
            Some(links) => {
                sealed += links;
                parts.db.turnstile().rush().let_pass().await;
            }
        }
    }
}

async fn work(parts: &WorkerParts, tenant: TenantId, mut job: Job, stop: &CancellationToken) -> Result<(), DbError> {
    let ctx = context(parts, tenant, &job.id.to_string());
    let mut tx = parts.db.begin(&ctx).await?;
    if stop.is_cancelled() {
        store::give_back(&mut tx, job.id).await?;
        return tx.commit().await;
    }
    job.attempts = store::begin(&mut tx, job.id).await?;
    tx.commit().await?;
    let outcome = if job.attempts > job.max_attempts {
        // Each time the worker died before it could say how the job went.
        JobOutcome::Fail("the worker did not survive it".to_owned())
    } else {
        match parts.handlers.iter().find(|handler| handler.kind() == job.kind) {
            Some(handler) => run_safely(handler, &ctx, &job).await,
            None => JobOutcome::Retry(
                SignedDuration::from_mins(5),
                "no handler of this kind in this build".to_owned(),
            ),
        }
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

/// Runs a handler that may panic or hang.
async fn run_safely(handler: &Arc<dyn JobHandler>, ctx: &Ctx, job: &Job) -> JobOutcome {
    let run = AssertUnwindSafe(handler.run(ctx, job)).catch_unwind();
    match tokio::time::timeout(handler.time_limit(), run).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => JobOutcome::Retry(SignedDuration::from_mins(1), "the handler panicked".to_owned()),
        Err(_) => JobOutcome::Retry(job.back_off(), "it took too long".to_owned()),
    }
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
