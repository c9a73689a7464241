//! Gives the money for a whole event back: after it was called off.
//!
//! A job takes some orders at a time, each in a transaction of its own, and hands the rest on to the next job. Where it is
//! killed the next one begins with the orders that are still paid, so that each is refunded once. Pauses between the
//! jobs, and the providers' own queue of refunds, keep buyers of other events from waiting.

use async_trait::async_trait;
use bilten_core::{
    catalog::{self, EventStatus},
    orders,
};
use bilten_kernel::{Ctx, EventId, OrderId};
use bilten_tenancy::{
    Db, DbError, Retry, TenantTx, audit,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{CancelOrderError, Origin, cancel::cancel};

/// Kind of the job that refunds orders of an event.
pub const REFUND_EVENT_JOB: &str = "billing.refund_event";
/// Orders of one job.
const BATCH: i64 = 200;
/// Wait between two jobs: at most a few hundred orders a second, however large the event.
const PAUSE: SignedDuration = SignedDuration::from_millis(500);
/// Wait before a job that failed is tried again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// Why an event's orders are not refunded.
#[derive(Debug, thiserror::Error)]
pub enum RefundEventError {
    /// The tenant has no such event.
    #[error("there is no such event")]
    NotFound,
    /// The event was not called off.
    #[error("the event was not called off")]
    NotCancelled,
    /// The database failed.
    #[error("the refunds could not be requested")]
    Db(#[from] DbError),
}

#[derive(Serialize, Deserialize)]
struct Payload {
    event: EventId,
    /// Orders up to this one are done.
    after: Option<OrderId>,
}

/// Requests that all orders of an event that was called off are refunded. Asking twice does no harm.
///
/// # Errors
/// See [`RefundEventError`].
pub async fn refund_event(ctx: &Ctx, tx: &mut TenantTx, event: EventId) -> Result<(), RefundEventError> {
    match catalog::find_status(tx, event).await? {
        None => return Err(RefundEventError::NotFound),
        Some(EventStatus::Cancelled) => {}
        Some(_) => return Err(RefundEventError::NotCancelled),
    }
    let entry = audit::Entry {
        action: "event.refunds_requested",
        object: event.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(enqueue(tx, ctx, Payload { event, after: None }, SignedDuration::ZERO).await?)
}

async fn enqueue(tx: &mut TenantTx, ctx: &Ctx, payload: Payload, wait: SignedDuration) -> Result<(), DbError> {
    let after = payload.after.map_or_else(String::new, |after| after.to_string());
    let key = format!("{}@{after}", payload.event);
    let job = jobs::NewJob {
        kind: REFUND_EVENT_JOB,
        payload: json!(payload),
        run_at: ctx.now() + wait,
        unique_key: Some(&key),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Refunds the orders of events that were called off.
#[derive(Debug, Clone)]
pub struct RefundEvent(pub Db);

impl RefundEvent {
    async fn refund_some(&self, ctx: &Ctx, payload: &Payload) -> Result<(), CancelOrderError> {
        let mut tx = self.0.begin(ctx).await?;
        let paid = orders::list_paid(&mut tx, payload.event, payload.after, BATCH).await?;
        tx.rollback().await?;
        for order in &paid {
            refund(&self.0, ctx, *order).await?;
        }
        let Some(last) = paid.last() else { return Ok(()) };
        let mut tx = self.0.begin(ctx).await?;
        let rest = Payload {
            event: payload.event,
            after: Some(*last),
        };
        enqueue(&mut tx, ctx, rest, PAUSE).await?;
        Ok(tx.commit().await?)
    }
}

async fn refund(db: &Db, ctx: &Ctx, order: OrderId) -> Result<(), CancelOrderError> {
    let mut retry = Retry::new("refund_event");
    loop {
        let mut tx = db.begin(ctx).await?;
        match cancel(ctx, &mut tx, order, Origin::Event).await {
            Ok(_) => return Ok(tx.commit().await?),
            // Somebody else cancelled it meanwhile.
            Err(CancelOrderError::WrongState | CancelOrderError::NotFound) => return Ok(tx.rollback().await?),
            Err(CancelOrderError::Db(error)) if retry.again(Some(&error)).await => {}
            Err(error) => return Err(error),
        }
    }
}

#[async_trait]
impl JobHandler for RefundEvent {
    fn kind(&self) -> &'static str {
        REFUND_EVENT_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
            return JobOutcome::Fail("payload is malformed".to_owned());
        };
        match self.refund_some(ctx, &payload).await {
            Ok(()) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
