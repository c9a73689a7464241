//! Orders without an event: something of value is bought that takes no stock, such as a gift card.
//!
//! Such an order is paid like any other; its total is what it is worth, and it has neither lines nor tickets. What is bought is
//! known to whoever sells it, in `billing`.

use bilten_kernel::{Ctx, Email, Money, OrderId, PersonName};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    CancelError, Channel, Order, OrderCode, OrderState,
    cancel::finish,
    quote::CODE_TRIES,
    store::{self, NewBare},
};
use crate::inventory;

/// What the buyer told, and what he wants to pay.
#[derive(Debug, Clone)]
pub struct BareOrder {
    /// Where the order is sent.
    pub buyer_email: Email,
    /// Who buys.
    pub buyer_name: PersonName,
    /// Where the order comes from.
    pub channel: Channel,
    /// What is to be paid.
    pub total: Money,
}

/// Makes an order without an event, with the time in which it can be paid; `None` when no code was free.
///
/// # Errors
/// The database refused.
pub async fn quote_bare(ctx: &Ctx, tx: &mut TenantTx, wish: &BareOrder) -> Result<Option<Order>, DbError> {
    let cart = inventory::open_slot(ctx, tx, wish.total.currency).await?;
    let id: OrderId = ctx.new_id();
    for _ in 0..CODE_TRIES {
        let new = NewBare {
            id,
            code: &OrderCode::random(ctx),
            cart,
            buyer: (&wish.buyer_email, &wish.buyer_name),
            channel: wish.channel,
            total: wish.total,
        };
        if !store::insert_bare(tx, ctx, &new).await? {
            continue;
        }
        let entry = audit::Entry {
            action: "order.quoted",
            object: id.to_string(),
            details: json!({
                "total_minor": wish.total.minor, "currency": wish.total.currency.code(), "channel": wish.channel.name()
            }),
        };
        audit::record(tx, ctx, entry).await?;
        return store::find(tx, id).await;
    }
    Ok(None)
}

/// Notes that a part of a locked, paid order without an event goes back; with the last of it the order ends, which is told by the
/// answer.
///
/// # Errors
/// The order has an event, is not paid, or was worth less.
pub async fn give_back_bare(ctx: &Ctx, tx: &mut TenantTx, order: &Order, amount: Money) -> Result<bool, CancelError> {
    let left = order.total.minor - order.refunded.minor;
    if order.event.is_some() || order.state != OrderState::Paid || !(1..=left).contains(&amount.minor) {
        return Err(CancelError::WrongState);
    }
    store::note_returned(tx, order.id, 0, amount.minor).await?;
    let is_last = amount.minor == left;
    if is_last {
        finish(ctx, tx, order.id, &[OrderState::Paid], OrderState::Refunded).await?;
    }
    Ok(is_last)
}
