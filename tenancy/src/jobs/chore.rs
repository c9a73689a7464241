//! Upkeep that each tenant gets from time to time; nothing may depend on it being on time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use bilten_kernel::{Ctx, TenantId, Timestamp};
use jiff::SignedDuration;

use super::{WorkerParts, store};
use crate::{DbError, TenantTx};

/// Time between two rounds of upkeep of one tenant on one node.
const ROUND: SignedDuration = SignedDuration::from_mins(1);
/// Entries from which on those that say nothing are thrown away.
const MOST_BOOKED: usize = 5_000;
/// How long finished jobs and dispatched events are kept for a look back.
const KEEP_FINISHED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an idempotency key protects its request.
const KEEP_KEYS: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Rows that one round deletes per table.
const PRUNE_LIMIT: i64 = 1_000;

/// Tidies something in one tenant, in one short transaction.
#[async_trait]
pub trait Chore: Send + Sync {
    /// Name for logs.
    fn name(&self) -> &'static str;

    /// Tidies; may run on several nodes at once.
    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError>;
}

/// When each tenant's next round falls due.
#[derive(Debug, Default)]
pub(super) struct Rounds(Mutex<HashMap<TenantId, Timestamp>>);

impl Rounds {
    /// Tells whether a round is due, and books the next.
    pub(super) fn take(&self, tenant: TenantId, now: Timestamp) -> bool {
        let mut rounds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = rounds.get(&tenant).is_none_or(|next| *next <= now);
        if is_due {
            if rounds.len() >= MOST_BOOKED {
                // Whose time has come is due with or without an entry.
                rounds.retain(|_, next| *next > now);
            }
            rounds.insert(tenant, now + ROUND);
        }
        is_due
    }
}

/// Does all chores of a tenant; one that fails is logged and does not stop the others.
///
/// All of them share a transaction, because nearly always there is nothing to tidy. When one fails, each gets its own.
pub(super) async fn run_all(parts: &WorkerParts, ctx: &Ctx) {
    if run_together(parts, ctx).await.is_err() {
        run_apart(parts, ctx).await;
    }
}

async fn run_together(parts: &WorkerParts, ctx: &Ctx) -> Result<(), DbError> {
    let mut tx = parts.db.begin(ctx).await?;
    prune(&mut tx, ctx).await?;
    for chore in &parts.chores {
        chore.run(ctx, &mut tx).await?;
    }
    tx.commit().await
}

async fn run_apart(parts: &WorkerParts, ctx: &Ctx) {
    let pruned = async {
        let mut tx = parts.db.begin(ctx).await?;
        prune(&mut tx, ctx).await?;
        tx.commit().await
    };
    if let Err(error) = pruned.await {
        tracing::warn!(%error, tenant = %ctx.tenant, "old rows could not be pruned");
    }
    for chore in &parts.chores {
        let result = async {
            let mut tx = parts.db.begin(ctx).await?;
            chore.run(ctx, &mut tx).await?;
            tx.commit().await
        };
        if let Err(error) = result.await {
            tracing::warn!(%error, tenant = %ctx.tenant, chore = chore.name(), "chore failed");
        }
    }
}

async fn prune(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    store::prune_finished(tx, ctx.now() - KEEP_FINISHED, PRUNE_LIMIT).await?;
    crate::outbox::prune(tx, ctx.now() - KEEP_FINISHED, PRUNE_LIMIT).await?;
    crate::idempotency::prune(tx, ctx.now() - KEEP_KEYS, PRUNE_LIMIT).await
}
