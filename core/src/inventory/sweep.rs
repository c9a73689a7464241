//! Tidies expired holds away; nothing depends on it being on time.

use async_trait::async_trait;
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, jobs::Chore};

use super::store;

/// Events that one sweep tidies.
const EVENTS: i64 = 50;
/// Holds that one sweep releases per event.
const HOLDS: i64 = 1_000;

/// Releases expired holds of the tenant; returns how many pools got places back.
///
/// # Errors
/// The database refused.
pub async fn sweep(tx: &mut TenantTx, now: Timestamp) -> Result<usize, DbError> {
    let mut touched = 0;
    for event in store::list_events_with_expired(tx, now, EVENTS).await? {
        store::lock_pools(tx, event).await?;
        touched += store::release_expired(tx, event, now, HOLDS).await?.len();
    }
    Ok(touched)
}

/// Sweeps each tenant from time to time.
#[derive(Debug, Clone, Copy)]
pub struct SweepHolds;

#[async_trait]
impl Chore for SweepHolds {
    fn name(&self) -> &'static str {
        "inventory.sweep"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        sweep(tx, ctx.now()).await.map(drop)
    }
}
