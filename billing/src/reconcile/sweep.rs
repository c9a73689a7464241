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
    attempts::{Attempt, store},
    checkout::{Checkout, Ending, PayError, ask, end_attempt, is_due, settle},
    refunds,
};

/// Kind of the job that sweeps.
pub const SWEEP_JOB: &str = "billing.sweep";
/// Attempts and refunds that one sweep looks at.
const BATCH: i64 = 200;
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
}

/// Sweeps one tenant. Two sweeps at once do no harm.
///
/// # Errors
/// The database failed before anything could be looked at.
pub async fn sweep(app: &Checkout, ctx: &Ctx) -> Result<Swept, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let before = ctx.now() - QUIET_FOR;
    let attempts = store::list_live(&mut tx, before, BATCH).await?;
    let refunds = refunds::list_open(&mut tx, before, BATCH).await?;
    tx.rollback().await?;
    let mut swept = Swept::default();
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
        let before = ctx.now() - QUIET_FOR;
        let is_open =
            !store::list_live(tx, before, 1).await?.is_empty() || !refunds::list_open(tx, before, 1).await?.is_empty();
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

    async fn run(&self, ctx: &Ctx, _: &Job) -> JobOutcome {
        match sweep(&self.0, ctx).await {
            Ok(_) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(QUIET_FOR, error.to_string()),
        }
    }
}
