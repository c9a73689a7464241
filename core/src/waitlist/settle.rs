//! Writes down how offers ended, and has those told who let theirs pass.

use bilten_kernel::{Actor, Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx, outbox};
use serde_json::json;

use super::store;

/// Writes down how offers of an event, or of any, ended. Each one that lapsed has one event `waitlist_lapsed`, and so one
/// mail: it is published with the change of the entry's state, which happens once.
///
/// # Errors
/// The database refused.
pub(super) async fn settle(ctx: &Ctx, tx: &mut TenantTx, event: Option<EventId>) -> Result<(), DbError> {
    let lapsed = store::settle(tx, event, ctx.now()).await?;
    // Whoever happened to look has nothing to do with it.
    let ctx = &ctx.clone().with_actor(Actor::System);
    let facts: Vec<_> = lapsed.iter().map(|entry| (ctx, json!({ "entry": entry }))).collect();
    outbox::publish_many(tx, "waitlist_lapsed", 1, &facts).await
}
