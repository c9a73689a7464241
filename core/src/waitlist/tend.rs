//! Tidies lists; nothing depends on it being on time.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx, jobs::Chore};
use jiff::SignedDuration;

use super::{freed, settle, store};

/// Events whose list one round has served.
const EVENTS: i64 = 50;
/// Entries that one round closes or deletes.
const ENTRIES: i64 = 500;
/// How long after the end of an event the entries of its list are kept: they are people's names and addresses.
const KEEP: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Writes down how offers ended, closes lists of events that are over, forgets the people on old ones, and has lists
/// served that somebody should have been offered a place from.
#[derive(Debug, Clone, Copy)]
pub struct TendWaitlists;

#[async_trait]
impl Chore for TendWaitlists {
    fn name(&self) -> &'static str {
        "waitlist.tend"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        if !store::has_any(tx).await? {
            return Ok(());
        }
        settle::settle(ctx, tx, None).await?;
        store::close_over(tx, ctx.now(), ENTRIES).await?;
        store::forget(tx, ctx.now() - KEEP, ENTRIES).await?;
        for event in store::list_servable(tx, ctx.now(), EVENTS).await? {
            freed::enqueue(tx, ctx, event).await?;
        }
        Ok(())
    }
}
