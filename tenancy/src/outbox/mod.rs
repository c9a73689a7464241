//! Facts that other crates want to know, written in the transaction of the change.
//!
//! A crate that must cause something in a crate above it publishes an event; the worker hands
//! each event to the subscribers that `api` registered, in one transaction with marking it as
//! dispatched. A subscriber only writes rows, mostly jobs.

mod dispatch;
mod store;

use bilten_kernel::Ctx;
use serde_json::Value;

use crate::{DbError, TenantTx};

pub(crate) use dispatch::dispatch;
pub use dispatch::{OutboxEvent, Subscriber};
pub(crate) use store::prune;

/// Publishes a fact in this transaction.
///
/// # Errors
/// The database refused.
pub async fn publish(tx: &mut TenantTx, ctx: &Ctx, kind: &str, version: i16, payload: &Value) -> Result<(), DbError> {
    publish_many(tx, kind, version, &[(ctx, payload.clone())]).await
}

/// Publishes a fact of the same kind for each of several requests, with one statement.
///
/// # Errors
/// The database refused.
pub async fn publish_many(tx: &mut TenantTx, kind: &str, version: i16, facts: &[(&Ctx, Value)]) -> Result<(), DbError> {
    if facts.is_empty() {
        return Ok(());
    }
    store::insert_many(tx, kind, version, facts).await?;
    tx.note_work();
    Ok(())
}
