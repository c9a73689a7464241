//! Tidies expired holds away; nothing depends on it being on time.

use async_trait::async_trait;
use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{
    Db, DbError, TenantTx,
    jobs::{self, Chore, Job, JobHandler, JobOutcome, NewJob},
};
use jiff::SignedDuration;
use serde_json::json;

use super::store;
use crate::waitlist;

/// Kind of the job that tidies.
pub const SWEEP_JOB: &str = "inventory.sweep";
/// Events that one sweep tidies.
const EVENTS: i64 = 50;
/// Holds that one sweep releases per event.
const HOLDS: i64 = 1_000;
/// Wait before a sweep that could not begin is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// Releases expired holds of the tenant, in one transaction for each event: no buyer waits for more than his own event.
/// Returns how many pools got places back.
///
/// # Errors
/// The events could not be listed; an event that could not be tidied comes up again.
pub async fn sweep(db: &Db, ctx: &Ctx) -> Result<usize, DbError> {
    let mut tx = db.begin(ctx).await?;
    let events = store::list_events_with_expired(&mut tx, ctx.now(), EVENTS).await?;
    tx.rollback().await?;
    let mut touched = 0;
    for event in events {
        let swept = match event {
            Some(event) => sweep_event(db, ctx, event).await,
            None => sweep_slots(db, ctx).await,
        };
        match swept {
            Ok(pools) => touched += pools,
            Err(error) => {
                tracing::warn!(%error, event = event.map(tracing::field::display), "expired holds of an event stay for now");
            }
        }
    }
    Ok(touched)
}

async fn sweep_event(db: &Db, ctx: &Ctx, event: EventId) -> Result<usize, DbError> {
    let mut tx = db.begin(ctx).await?;
    store::lock_pools(&mut tx, event).await?;
    let pools = store::release_expired(&mut tx, event, ctx.now(), HOLDS).await?.len();
    waitlist::note_freed(&mut tx, ctx, event).await?;
    tx.commit().await?;
    Ok(pools)
}

/// What holds nothing has no pools.
async fn sweep_slots(db: &Db, ctx: &Ctx) -> Result<usize, DbError> {
    let mut tx = db.begin(ctx).await?;
    store::release_slots(&mut tx, ctx.now(), HOLDS).await?;
    tx.commit().await?;
    Ok(0)
}

/// Finds tenants with expired holds, and enqueues the sweep, which has transactions of its own.
#[derive(Debug, Clone, Copy)]
pub struct SweepHolds;

#[async_trait]
impl Chore for SweepHolds {
    fn name(&self) -> &'static str {
        "inventory.find_expired"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        if store::list_events_with_expired(tx, ctx.now(), 1).await?.is_empty() {
            return Ok(());
        }
        let job = NewJob {
            kind: SWEEP_JOB,
            payload: json!({}),
            run_at: ctx.now(),
            unique_key: Some("chore"),
            is_urgent: false,
        };
        jobs::enqueue(tx, ctx, job).await
    }
}

/// Handler of [`SWEEP_JOB`].
#[derive(Debug)]
pub struct SweepHoldsJob {
    /// Database to tidy.
    pub db: Db,
}

#[async_trait]
impl JobHandler for SweepHoldsJob {
    fn kind(&self) -> &'static str {
        SWEEP_JOB
    }

    async fn run(&self, ctx: &Ctx, _: &Job) -> JobOutcome {
        match sweep(&self.db, ctx).await {
            Ok(_) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
