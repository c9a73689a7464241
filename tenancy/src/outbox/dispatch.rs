//! Hands waiting events to their subscribers.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use serde_json::Value;
use std::sync::Arc;

use super::store;
use crate::{DbError, TenantTx};

/// Events that one transaction dispatches.
const BATCH: i64 = 100;

/// Fact as subscribers get it.
#[derive(Debug, Clone)]
pub struct OutboxEvent {
    /// Past tense, such as `order_paid`.
    pub kind: String,
    /// Version of the payload's shape.
    pub version: i16,
    /// Ids and small facts.
    pub payload: Value,
}

/// Reacts to events by writing rows in the same transaction.
#[async_trait]
pub trait Subscriber: Send + Sync {
    /// Kind of event it wants.
    fn kind(&self) -> &'static str;

    /// Reacts; an error leaves the event waiting.
    async fn on_event(&self, ctx: &Ctx, tx: &mut TenantTx, event: &OutboxEvent) -> Result<(), DbError>;
}

/// Dispatches a batch; returns how many events there were.
pub(crate) async fn dispatch(
    ctx: &Ctx,
    tx: &mut TenantTx,
    subscribers: &[Arc<dyn Subscriber>],
) -> Result<usize, DbError> {
    let waiting = store::take_waiting(tx, BATCH).await?;
    for (_, event) in &waiting {
        for subscriber in subscribers.iter().filter(|s| s.kind() == event.kind) {
            subscriber.on_event(ctx, tx, event).await?;
        }
    }
    let ids: Vec<_> = waiting.iter().map(|(id, _)| *id).collect();
    if !ids.is_empty() {
        store::mark_dispatched(tx, &ids, ctx.now()).await?;
    }
    Ok(ids.len())
}
