//! Tickets whose payment is contested: they do not admit meanwhile, and are issued still.

use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store;

/// Lets the tickets of an order rest; those that are void stay what they are. Tells how many rest now that did not before.
///
/// # Errors
/// The database refused.
pub async fn suspend(ctx: &Ctx, tx: &mut TenantTx, order: OrderId, why: &str) -> Result<u64, DbError> {
    let tickets = store::set_suspended(tx, order, Some(ctx.now())).await?;
    note(ctx, tx, order, ("order.tickets_suspended", why), tickets).await?;
    Ok(tickets)
}

/// Lets them admit again. Tells how many.
///
/// # Errors
/// The database refused.
pub async fn reinstate(ctx: &Ctx, tx: &mut TenantTx, order: OrderId, why: &str) -> Result<u64, DbError> {
    let tickets = store::set_suspended(tx, order, None).await?;
    note(ctx, tx, order, ("order.tickets_reinstated", why), tickets).await?;
    Ok(tickets)
}

async fn note(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: OrderId,
    (action, why): (&'static str, &str),
    tickets: u64,
) -> Result<(), DbError> {
    if tickets == 0 {
        return Ok(());
    }
    let entry = audit::Entry {
        action,
        object: order.to_string(),
        details: json!({ "tickets": tickets, "why": why }),
    };
    audit::record(tx, ctx, entry).await
}
