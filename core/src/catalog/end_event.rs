//! Marks an event as ended when its end has passed.
//!
//! Every reader derives this from the clock ([`Event::status_at`]); the stored state only follows,
//! so that lists and audit tell the same.

use async_trait::async_trait;
use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{
    Db, DbError, TenantTx, audit,
    jobs::{self, Job, JobHandler, JobOutcome, NewJob},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{Event, EventStatus, store::events, update_event::lock_event};

/// Kind of the job that ends an event.
pub const END_EVENT_JOB: &str = "event.end";

/// Ends the event if it is published and its end has passed; does nothing otherwise.
///
/// # Errors
/// The database refused.
pub async fn end_event(ctx: &Ctx, tx: &mut TenantTx, id: EventId) -> Result<(), DbError> {
    let Some(event) = lock_event(tx, id).await? else {
        return Ok(());
    };
    if (event.status, event.status_at(ctx.now())) != (EventStatus::Published, EventStatus::Ended) {
        return Ok(());
    }
    let event = Event {
        status: EventStatus::Ended,
        updated_at: ctx.now(),
        ..event
    };
    events::update(tx, &event, EventStatus::Published).await?;
    let entry = audit::Entry {
        action: "event.ended",
        object: id.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}

/// Enqueues the job for the event's end; when the end moves, the job is enqueued again.
pub(super) async fn enqueue_end(ctx: &Ctx, tx: &mut TenantTx, event: &Event) -> Result<(), DbError> {
    let key = format!("{}@{}", event.id, event.ends_at);
    let job = NewJob {
        kind: END_EVENT_JOB,
        payload: json!({ "event": event.id }),
        run_at: event.ends_at,
        unique_key: Some(&key),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Handler of [`END_EVENT_JOB`].
#[derive(Debug)]
pub struct EndEventJob {
    /// Database to end the event in.
    pub db: Db,
}

#[async_trait]
impl JobHandler for EndEventJob {
    fn kind(&self) -> &'static str {
        END_EVENT_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Some(id) = job.payload["event"].as_str().and_then(|id| id.parse::<EventId>().ok()) else {
            return JobOutcome::Fail("the payload names no event".to_owned());
        };
        match self.end(ctx, id).await {
            Ok(()) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(SignedDuration::from_secs(30), error.to_string()),
        }
    }
}

impl EndEventJob {
    async fn end(&self, ctx: &Ctx, id: EventId) -> Result<(), DbError> {
        let mut tx = self.db.begin(ctx).await?;
        end_event(ctx, &mut tx, id).await?;
        tx.commit().await
    }
}
