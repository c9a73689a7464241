//! Adds up what was posted, so that reading a balance stays short.
//!
//! Balances, quarters of an hour and the cursor commit together: whoever dies in between leaves all three as they were. Up to
//! the cursor everything is in them, from it on nothing is.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    Db, DbError, TenantTx,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde_json::json;

use super::store;

/// Kind of the job that adds up what one chore leaves.
pub const ROLL_UP_JOB: &str = "billing.ledger_roll_up";
/// Name of the cursor.
const CURSOR: &str = "balances";
/// Transactions that the chore adds up: about the least that is not worth a job.
const CHORE_BATCH: i64 = 2_000;
/// Transactions that one step of the job adds up.
const JOB_BATCH: i64 = 20_000;
/// Steps of one run of the job.
const STEPS: usize = 50;
/// Wait before a job that failed is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(15);

/// Adds up about so many transactions; tells whether there are more. Two at once do no harm: the second leaves it to the first.
///
/// # Errors
/// The database refused.
pub async fn roll_up(tx: &mut TenantTx, limit: i64) -> Result<bool, DbError> {
    let Some(from) = store::take_cursor(tx, CURSOR).await? else {
        return Ok(false);
    };
    let Some(end) = store::find_end(tx, from, limit).await? else {
        return Ok(false);
    };
    store::add_up(tx, from, end).await?;
    store::move_cursor(tx, CURSOR, end).await?;
    Ok(store::find_end(tx, end, 1).await?.is_some())
}

/// Adds up what is little, and has a job add up what is much; tells whether there was anything.
pub(crate) async fn look_for_news(tx: &mut TenantTx, ctx: &Ctx) -> Result<bool, DbError> {
    if !store::has_news(tx, CURSOR).await? {
        return Ok(false);
    }
    if roll_up(tx, CHORE_BATCH).await? {
        let job = jobs::NewJob {
            kind: ROLL_UP_JOB,
            payload: json!({}),
            run_at: ctx.now(),
            unique_key: Some("roll up"),
            is_urgent: false,
        };
        jobs::enqueue(tx, ctx, job).await?;
    }
    Ok(true)
}

/// Adds up until nothing is left.
#[derive(Debug, Clone)]
pub struct RollUpJob {
    /// Road to the tenants' rows.
    pub db: Db,
}

impl RollUpJob {
    async fn step(&self, ctx: &Ctx) -> Result<bool, DbError> {
        let mut tx = self.db.begin(ctx).await?;
        let has_more = roll_up(&mut tx, JOB_BATCH).await?;
        tx.commit().await?;
        Ok(has_more)
    }
}

#[async_trait]
impl JobHandler for RollUpJob {
    fn kind(&self) -> &'static str {
        ROLL_UP_JOB
    }

    async fn run(&self, ctx: &Ctx, _job: &Job) -> JobOutcome {
        for _ in 0..STEPS {
            match self.step(ctx).await {
                Ok(true) => {}
                Ok(false) => return JobOutcome::Done,
                Err(error) => return JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
            }
        }
        // The next chore goes on.
        JobOutcome::Done
    }
}
