//! Writes a job in the business transaction.

use bilten_kernel::{Ctx, JobId, Timestamp};
use serde_json::Value;

use super::store;
use crate::{DbError, TenantTx};

/// Job to be done.
#[derive(Debug)]
pub struct NewJob<'a> {
    /// Kind, which names its handler.
    pub kind: &'a str,
    /// Ids only.
    pub payload: Value,
    /// Not before then.
    pub run_at: Timestamp,
    /// While a job of this kind and key waits, another is not added.
    pub unique_key: Option<&'a str>,
    /// Money waits for it: it is taken beside ordinary jobs, never behind them.
    pub is_urgent: bool,
}

/// Enqueues the job with this transaction.
///
/// # Errors
/// The database refused.
pub async fn enqueue(tx: &mut TenantTx, ctx: &Ctx, job: NewJob<'_>) -> Result<(), DbError> {
    let id: JobId = ctx.new_id();
    store::insert(tx, ctx, id, &job).await?;
    tx.note_work();
    Ok(())
}
