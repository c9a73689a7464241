//! An event was called off: payments that are under way for it are too.

use async_trait::async_trait;
use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, Job, JobHandler, JobOutcome},
    outbox::{OutboxEvent, Subscriber},
};
use jiff::SignedDuration;
use serde::Deserialize;

use crate::{
    attempts::store,
    checkout::{Checkout, Ending, PayError, end_attempt},
};

/// Kind of the job that calls payments off.
pub const CALL_OFF_JOB: &str = "billing.call_off_payments";
/// Attempts that one run calls off.
const BATCH: i64 = 200;
/// Wait before the rest is called off.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(5);

/// Hears of cancelled events.
#[derive(Debug, Clone, Copy)]
pub struct OnEventCancelled;

#[async_trait]
impl Subscriber for OnEventCancelled {
    fn kind(&self) -> &'static str {
        "event_cancelled"
    }

    async fn on_event(&self, ctx: &Ctx, tx: &mut TenantTx, event: &OutboxEvent) -> Result<(), DbError> {
        let job = jobs::NewJob {
            kind: CALL_OFF_JOB,
            payload: event.payload.clone(),
            run_at: ctx.now(),
            unique_key: None,
            is_urgent: true,
        };
        jobs::enqueue(tx, ctx, job).await
    }
}

/// Calls off the payments of a cancelled event.
#[derive(Debug, Clone)]
pub struct CallOffPayments(pub Checkout);

#[derive(Deserialize)]
struct Payload {
    event: EventId,
}

impl CallOffPayments {
    async fn call_off(&self, ctx: &Ctx, event: EventId) -> Result<usize, PayError> {
        let mut tx = self.0.db.begin(ctx).await?;
        let attempts = store::list_live_of_event(&mut tx, event, BATCH).await?;
        tx.rollback().await?;
        for attempt in &attempts {
            end_attempt(&self.0, ctx, *attempt, Ending::Wanted).await?;
        }
        Ok(attempts.len())
    }
}

#[async_trait]
impl JobHandler for CallOffPayments {
    fn kind(&self) -> &'static str {
        CALL_OFF_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match self.call_off(ctx, payload.event).await {
            Ok(0) => JobOutcome::Done,
            // What is still under way ends by its time-out at the latest.
            Ok(_) => JobOutcome::Retry(AGAIN_AFTER, "some payments were still under way".to_owned()),
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
