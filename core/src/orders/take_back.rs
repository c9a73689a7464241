//! Takes tickets of a paid order back: they admit no more, their places and seats go on sale again.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{Ctx, Money, OrderId, OrderLineId, TicketId, TicketTypeId};
use bilten_tenancy::{TenantTx, outbox};
use serde_json::json;

use super::{CancelError, Order, OrderState, cancel::finish, store};
use crate::{inventory, pricing::Pick, seating, tickets::store as tickets};

/// A ticket that admits, and can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returnable {
    /// The ticket.
    pub ticket: TicketId,
    /// Its type.
    pub ticket_type: TicketTypeId,
    /// Most of the type for each ticket that admits, where it is an add-on.
    pub per_admission: Option<u32>,
    /// Its place in the order: line, and number in the line.
    pub pick: Pick,
    /// What it cost, everything included.
    pub price: Money,
    /// Whether its holder has come in with it.
    pub is_used: bool,
}

/// Reads the tickets of a locked order that admit, and keeps the door and others from using them until the transaction ends.
///
/// # Errors
/// The database refused.
pub async fn lock_returnable(tx: &mut TenantTx, order: &Order) -> Result<Vec<Returnable>, bilten_tenancy::DbError> {
    let prices: BTreeMap<OrderLineId, Money> = order.lines.iter().map(|line| (line.id, line.unit_price)).collect();
    let valid = tickets::lock_valid(tx, order.id).await?;
    Ok(valid
        .into_iter()
        .filter_map(|valid| {
            Some(Returnable {
                ticket: valid.ticket,
                ticket_type: valid.ticket_type,
                per_admission: valid.kind.per_admission(),
                pick: valid.pick,
                price: *prices.get(&valid.pick.line)?,
                is_used: valid.is_used,
            })
        })
        .collect())
}

/// Takes tickets of a locked, paid order back; `refunded` is what of the total goes back for them. The order ends as `end`
/// (`Refunded`, or `Cancelled` where nothing had been paid) with its last ticket, which is told by the answer. The caller
/// read the tickets with [`lock_returnable`] in the same transaction.
///
/// # Errors
/// The order is not paid, or one of the tickets does not admit any more.
pub async fn take_back(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: &Order,
    wanted: &[Returnable],
    (refunded, end): (Money, OrderState),
) -> Result<bool, CancelError> {
    let is_end = matches!(end, OrderState::Refunded | OrderState::Cancelled);
    if order.state != OrderState::Paid || !is_end || wanted.is_empty() {
        return Err(CancelError::WrongState);
    }
    let ids: BTreeSet<TicketId> = wanted.iter().map(|wanted| wanted.ticket).collect();
    let ids: Vec<TicketId> = ids.into_iter().collect();
    if tickets::void_many(tx, order.id, &ids, ctx.now()).await? != wanted.len() {
        return Err(CancelError::WrongState);
    }
    let is_last = tickets::count_valid(tx, order.id).await? == 0;
    let mut places: BTreeMap<OrderLineId, i64> = BTreeMap::new();
    for wanted in wanted {
        *places.entry(wanted.pick.line).or_default() += 1;
    }
    let places: Vec<(OrderLineId, i64)> = places.into_iter().collect();
    inventory::return_part(tx, ctx, (order.cart, order.id), &places, is_last).await?;
    seating::give_back_of(tx, order.id, &ids).await?;
    if is_last {
        outbox::publish(tx, ctx, "order_cancelled", 1, &json!({ "order": order.id.to_string() })).await?;
        finish(ctx, tx, order.id, &[OrderState::Paid], end).await?;
    } else {
        // Reports count people: an add-on was none.
        let admitted = wanted.iter().filter(|wanted| wanted.per_admission.is_none()).count();
        store::note_returned(tx, order.id, admitted, refunded.minor).await?;
    }
    Ok(is_last)
}

/// Ends a paid order: all tickets that still admit are void, their places back on sale. `end` is `Cancelled` for free
/// orders and `Refunded` where money goes back.
///
/// # Errors
/// The order is not paid.
pub async fn cancel_paid(ctx: &Ctx, tx: &mut TenantTx, id: OrderId, end: OrderState) -> Result<(), CancelError> {
    let order = store::lock(tx, id).await?.ok_or(CancelError::WrongState)?;
    let valid = lock_returnable(tx, &order).await?;
    let nothing = Money::zero(order.total.currency);
    take_back(ctx, tx, &order, &valid, (nothing, end)).await.map(|_| ())
}
