//! Looks after everything that is open in one tenant.

use async_trait::async_trait;
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, Chore, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde_json::json;

use crate::{
    attempts::{
        Attempt,
        store::{self, OpenSince},
    },
    checkout::{Checkout, Ending, PIN_TIMEOUT, PayError, ask, end_attempt, is_due, settle},
    refunds,
};

/// Kind of the job that sweeps.
pub const SWEEP_JOB: &str = "billing.sweep";
/// Attempts, and refunds, that one sweep looks at; few enough for the time limit of a job.
const BATCH: usize = 50;
/// Time without news after which an attempt is asked about.
const QUIET_FOR: SignedDuration = SignedDuration::from_secs(15);

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Attempts asked about.
    pub asked: usize,
    /// Attempts called off.
    pub ended: usize,
    /// Refunds sent again.
    pub refunds: usize,
    /// Things that could not be done now and come up again.
    pub failed: usize,
    /// There may be more than one sweep looks at.
    pub has_more: bool,
}

fn open_since(ctx: &Ctx) -> OpenSince {
    OpenSince {
        quiet: ctx.now() - QUIET_FOR,
        due: ctx.now() - PIN_TIMEOUT,
    }
}

/// Sweeps one tenant. Two sweeps at once do no harm.
///
/// # Errors
/// The database failed before anything could be looked at.
pub async fn sweep(app: &Checkout, ctx: &Ctx) -> Result<Swept, PayError> {
    let since = open_since(ctx);
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let mut tx = app.db.begin(ctx).await?;
    let attempts = store::take_open(&mut tx, ctx, since, limit).await?;
    let refunds = refunds::list_open(&mut tx, since.quiet, limit).await?;
    tx.commit().await?;
    let mut swept = Swept {
        has_more: attempts.len() >= BATCH || refunds.len() >= BATCH,
        ..Swept::default()
    };
    for attempt in &attempts {
        match look_after(app, ctx, attempt).await {
            Ok(true) => swept.ended += 1,
            Ok(false) => swept.asked += 1,
            Err(error) => {
                swept.failed += 1;
                tracing::warn!(attempt = %attempt.id, error = %error, "an open payment could not be looked after");
            }
        }
    }
    for refund in refunds {
        match refunds::submit(app, ctx, refund).await {
            Ok(_) => swept.refunds += 1,
            Err(error) => {
                swept.failed += 1;
                tracing::warn!(%refund, error = %error, "a refund could not be sent");
            }
        }
    }
    Ok(swept)
}

/// Tells whether the attempt was called off.
async fn look_after(app: &Checkout, ctx: &Ctx, attempt: &Attempt) -> Result<bool, PayError> {
    if is_due(attempt, ctx.now()) && end_attempt(app, ctx, attempt.id, Ending::TimedOut).await? {
        return Ok(true);
    }
    let outcome = ask(app, ctx, attempt).await?;
    settle(app, ctx, attempt, outcome, None).await?;
    Ok(false)
}

/// Finds tenants in which something is open, and enqueues the sweep: a chore itself calls nobody.
#[derive(Debug, Clone, Copy)]
pub struct FindOpenPayments;

#[async_trait]
impl Chore for FindOpenPayments {
    fn name(&self) -> &'static str {
        "billing.find_open_payments"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        let since = open_since(ctx);
        let is_open = store::has_open(tx, since).await? || !refunds::list_open(tx, since.quiet, 1).await?.is_empty();
        if is_open {
            request(tx, ctx, ctx.now(), "chore").await
        } else {
            Ok(())
        }
    }
}

/// Enqueues a sweep of this tenant; of two with the same name one is enough.
pub(crate) async fn request(tx: &mut TenantTx, ctx: &Ctx, run_at: Timestamp, name: &str) -> Result<(), DbError> {
    let job = jobs::NewJob {
        kind: SWEEP_JOB,
        payload: json!({}),
        run_at,
        unique_key: Some(name),
        is_urgent: true,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Sweeps a tenant.
#[derive(Debug, Clone)]
pub struct SweepPayments(pub Checkout);

#[async_trait]
impl JobHandler for SweepPayments {
    fn kind(&self) -> &'static str {
        SWEEP_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let swept = match sweep(&self.0, ctx).await {
            Ok(swept) if swept.has_more => self.go_on(ctx, job).await,
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        match swept {
            Ok(()) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(QUIET_FOR, error.to_string()),
        }
    }
}

impl SweepPayments {
    /// Takes up the rest at once, in a job of its own: this one still has its name.
    async fn go_on(&self, ctx: &Ctx, job: &Job) -> Result<(), PayError> {
        let mut tx = self.0.db.begin(ctx).await?;
        request(&mut tx, ctx, ctx.now(), &job.id.to_string()).await?;
        tx.commit().await?;
        Ok(())
    }
}
