//! Work that happens after a transaction committed: own queue on PostgreSQL (docs/adr/0003).
//!
//! A job is enqueued in the business transaction, carries its tenant, and runs at least once; a
//! handler must bear being run twice. The worker visits tenants in turn and takes a few jobs from
//! each, so that one tenant's 40,000 mails do not hold up another's first.

mod chore;
mod enqueue;
mod job;
mod plan;
mod round;
mod store;
mod visit;
mod worker;

pub use chore::Chore;
pub use enqueue::{NewJob, enqueue};
pub use job::{FailedJob, Job, JobHandler, JobOutcome};
pub use store::{count_failed, count_ready, list_failed};
pub use worker::{Worker, WorkerParts};
