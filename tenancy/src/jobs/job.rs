//! Jobs and who handles them.

use std::time::Duration;

use async_trait::async_trait;
use bilten_kernel::{Ctx, JobId, Timestamp};
use jiff::SignedDuration;
use serde_json::Value;

/// Job as its handler gets it.
#[derive(Debug, Clone)]
pub struct Job {
    /// Identity.
    pub id: JobId,
    /// Kind, such as `mail.order_confirmation`.
    pub kind: String,
    /// Ids only.
    pub payload: Value,
    /// How often it has been tried, this time included.
    pub attempts: i32,
    /// How often it is tried at most.
    pub max_attempts: i32,
}

impl Job {
    /// Wait before the next try: doubled with each, from 30 seconds to six hours.
    pub fn back_off(&self) -> SignedDuration {
        let doublings = u32::try_from(self.attempts - 1).unwrap_or(0).min(10);
        SignedDuration::from_secs(30 << doublings).min(SignedDuration::from_hours(6))
    }
}

/// Job that was given up.
#[derive(Debug, Clone)]
pub struct FailedJob {
    /// Kind, such as `mail.order_confirmation`.
    pub kind: String,
    /// Ids only.
    pub payload: Value,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it failed the last time.
    pub error: String,
    /// When it was given up.
    pub failed_at: Timestamp,
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// Its effect is complete.
    Done,
    /// It may succeed later; the text says why it did not now.
    Retry(SignedDuration, String),
    /// It can never succeed.
    Fail(String),
}

/// Does the jobs of one kind.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// Kind of job it does.
    fn kind(&self) -> &'static str;

    /// Time after which a run is given up and tried again; shorter than the lease of a job.
    fn time_limit(&self) -> Duration {
        Duration::from_mins(2)
    }

    /// Does the job; opens transactions of its own.
    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome;
}
