//! Ends all moves at once: of one ticket type, or of everything that the tenant sells.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    Point, PointCause,
    point::{DAY, History, sums},
    store,
};
use crate::catalog::{self, TicketType};

/// What a ticket costs after its policy was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceAfter {
    /// What it cost last.
    Keep,
    /// What the policy began with.
    Start,
}

/// Failure to stop a policy.
#[derive(Debug, thiserror::Error)]
pub enum StopPolicyError {
    /// The event or its type does not exist.
    #[error("the ticket type does not exist")]
    NotFound,
    /// The database refused.
    #[error("could not stop the price policy")]
    Db(#[from] DbError),
}

/// Stops the policy of a ticket type: from the commit on nothing moves its price. Returns whether one was on. Carts and orders keep
/// their prices.
///
/// # Errors
/// See [`StopPolicyError`].
pub async fn stop_policy(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (event, ticket_type): (EventId, TicketTypeId),
    after: PriceAfter,
) -> Result<bool, StopPolicyError> {
    catalog::lock_event(tx, event).await?.ok_or(StopPolicyError::NotFound)?;
    let kind = catalog::find_ticket_type(tx, (event, ticket_type), ctx.now()).await?;
    let kind = kind.ok_or(StopPolicyError::NotFound)?;
    let Some(version) = kind.moving.as_ref().map(|moving| moving.version) else {
        return Ok(false);
    };
    let policy = store::find_policy(tx, ticket_type, version).await?;
    let start = policy.map_or(kind.price.minor, |policy| policy.terms.start);
    let last = store::find_history(tx, ticket_type, ctx.now() - DAY).await?;
    // A policy whose time had not come has moved nothing.
    let is_running = History::is_running(last);
    let price = match after {
        PriceAfter::Start if is_running => start,
        PriceAfter::Start | PriceAfter::Keep => kind.price.minor,
    };
    store::switch(tx, ticket_type, None).await?;
    if let (true, Some(last)) = (is_running, last) {
        let point = stopped(ctx, &kind, (last, version), price);
        store::insert_point(tx, (event, ticket_type), &point).await?;
        store::set_price(tx, ticket_type, price).await?;
    }
    let entry = audit::Entry {
        action: "price_policy.stopped",
        object: ticket_type.to_string(),
        details: json!({ "event": event, "version": version, "price_minor": [kind.price.minor, price] }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(true)
}

fn stopped(ctx: &Ctx, kind: &TicketType, (last, version): (History, i32), price: i64) -> Point {
    let (sold, capacity) = sums(kind);
    Point {
        number: last.number + 1,
        // A move of this very instant came first.
        at: ctx.now().max(last.at + SignedDuration::from_micros(1)),
        before: kind.price.minor,
        price,
        shown_before: kind.display_price_at(kind.price.minor).minor,
        shown_price: kind.display_price_at(price).minor,
        cause: PointCause::Stopped,
        sold,
        capacity,
        expected_bp: 0,
        moved: last.moved_today,
        policy_version: version,
        actor: ctx.actor.to_string(),
    }
}

/// Stops every policy of the tenant; returns how many were on.
///
/// # Errors
/// The database refused.
pub async fn stop_all(ctx: &Ctx, tx: &mut TenantTx, after: PriceAfter) -> Result<usize, DbError> {
    let mut stopped = 0;
    // Events are locked in the order of their ids, as whoever else takes more than one.
    for found in store::list_moving(tx).await? {
        match stop_policy(ctx, tx, found, after).await {
            Ok(was_on) => stopped += usize::from(was_on),
            // Somebody has removed it meanwhile.
            Err(StopPolicyError::NotFound) => {}
            Err(StopPolicyError::Db(error)) => return Err(error),
        }
    }
    let entry = audit::Entry {
        action: "price_policy.all_stopped",
        object: ctx.tenant.to_string(),
        details: json!({ "stopped": stopped }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(stopped)
}
