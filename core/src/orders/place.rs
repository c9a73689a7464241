//! Makes, and completes, the orders of a whole group of buyers with a few statements.
//!
//! Only the plain case is done here, orders whose tax does not depend on the buyer: the caller has locked the holds (and the orders that there are), looked at them, and
//! leaves everything unusual to the use cases for one order, which know every case.

use std::collections::HashMap;

use bilten_kernel::{CartId, Ctx, Money, MoneyError, OrderId};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use serde_json::json;

use super::{Order, OrderCode, OrderLine, OrderState, QuoteOrder, charge, store::many};
use crate::{
    inventory::{self, Hold, HoldGone},
    tickets::{self, Issue, IssueLine},
};

/// Order that is to be made from a hold.
#[derive(Debug, Clone, Copy)]
pub struct Placement<'a> {
    /// Request that makes it.
    pub ctx: &'a Ctx,
    /// Its identity.
    pub id: OrderId,
    /// Its stock: held, and not expired.
    pub hold: &'a Hold,
    /// What the buyer told.
    pub wish: &'a QuoteOrder,
    /// Where the order begins: `Quoted`, `AwaitingPayment`, or `Paid` when it costs nothing and is completed at once.
    pub state: OrderState,
}

/// Something was not as the caller had seen it; the transaction must be rolled back.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// A hold or an order was in another state.
    #[error("a hold or an order of the group is in another state")]
    Moved,
    /// The database refused.
    #[error("the group could not be written")]
    Db(#[from] DbError),
}

impl From<HoldGone> for GroupError {
    fn from(error: HoldGone) -> Self {
        match error {
            HoldGone::Gone | HoldGone::NoStock => Self::Moved,
            HoldGone::Db(error) => Self::Db(error),
        }
    }
}

/// Reads the orders that were made from these carts.
///
/// # Errors
/// The database refused.
pub async fn find_by_carts(tx: &mut TenantTx, carts: &[CartId]) -> Result<HashMap<CartId, Order>, DbError> {
    let ids = many::list_ids_of_carts(tx, carts).await?;
    let orders = many::find_many(tx, &ids).await?;
    Ok(orders.into_iter().map(|order| (order.cart, order)).collect())
}

/// Reads orders and keeps others from changing them until the transaction ends.
///
/// # Errors
/// The database refused.
pub async fn lock_many(tx: &mut TenantTx, ids: &[OrderId]) -> Result<HashMap<OrderId, Order>, DbError> {
    let orders = many::lock_many(tx, ids).await?;
    Ok(orders.into_iter().map(|order| (order.id, order)).collect())
}

/// Writes the orders, each with an audit entry unless it is completed at once, and returns them in the order given.
///
/// # Errors
/// The database refused; also when a hold has an order already.
pub async fn place_many(tx: &mut TenantTx, placements: &[Placement<'_>]) -> Result<Vec<Order>, DbError> {
    let types: Vec<_> = placements
        .iter()
        .flat_map(|p| p.hold.lines.iter().map(|line| line.ticket_type))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let names = many::list_type_names(tx, &types).await?;
    let plans = charge::plans_of(tx, placements.iter().map(|placement| placement.hold)).await?;
    let orders: Vec<Order> = placements
        .iter()
        .map(|placement| draft(placement, &names, &plans))
        .collect::<Result<_, _>>()
        .map_err(|_| sqlx::Error::Decode("total of a hold".into()))?;
    many::insert_orders(tx, &orders.iter().collect::<Vec<_>>()).await?;
    let entries: Vec<(&Ctx, audit::Entry<'_>)> = placements
        .iter()
        .zip(&orders)
        .filter(|(_, order)| order.state != OrderState::Paid)
        .map(|(placement, order)| (placement.ctx, quoted(order)))
        .collect();
    audit::record_many(tx, &entries).await?;
    Ok(orders)
}

fn quoted(order: &Order) -> audit::Entry<'static> {
    audit::Entry {
        action: "order.quoted",
        object: order.id.to_string(),
        details: json!({
            "total_minor": order.total.minor, "currency": order.total.currency.code(), "channel": order.channel.name()
        }),
    }
}

fn draft(
    placement: &Placement<'_>,
    names: &HashMap<bilten_kernel::TicketTypeId, (String, bool)>,
    plans: &charge::Plans,
) -> Result<Order, MoneyError> {
    let Placement {
        ctx,
        id,
        hold,
        wish,
        state,
    } = *placement;
    let of_type = |id| names.get(&id).cloned().unwrap_or_default();
    let lines = hold.lines.iter().map(|line| (line, of_type(line.ticket_type)));
    let lines = lines.map(|(line, (type_name, is_add_on))| OrderLine {
        id: ctx.new_id(),
        ticket_type: line.ticket_type,
        type_name,
        is_add_on,
        quantity: line.quantity,
        unit_price: line.unit_price,
        full_price: line.full_price,
        offer: line.offer.clone(),
    });
    let lines: Vec<OrderLine> = lines.collect();
    let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
    Ok(Order {
        id,
        code: OrderCode::random(ctx),
        event: Some(hold.event),
        cart: hold.id,
        state,
        channel: wish.channel,
        buyer_email: wish.buyer_email.clone(),
        buyer_name: wish.buyer_name.clone(),
        locale: ctx.locale,
        total: hold.total()?,
        donation: hold.donation,
        gift_card: None,
        refunded: Money::zero(hold.currency),
        promo_code: hold.promo_code().map(str::to_owned),
        created_at: ctx.now(),
        paid_at: (state == OrderState::Paid).then(|| ctx.now()),
        closed_at: None,
        charges: charge::charges(hold, &ids, plans)?,
        // Whose tax depends on him does not come by here.
        buyer_tax: None,
        lines,
    })
}

/// `quoted → awaiting_payment` for orders that the caller has looked at.
///
/// # Errors
/// See [`GroupError`].
pub async fn await_payment_many(tx: &mut TenantTx, ids: &[OrderId]) -> Result<(), GroupError> {
    let moved = many::set_states(tx, ids, OrderState::Quoted, OrderState::AwaitingPayment).await?;
    if usize::try_from(moved) == Ok(ids.len()) {
        Ok(())
    } else {
        Err(GroupError::Moved)
    }
}

/// Completes the orders: holds converted, orders paid, tickets issued, everybody told, places sold. The caller has locked
/// holds and orders, and records the payments in the same transaction.
///
/// # Errors
/// See [`GroupError`].
pub async fn complete_many(tx: &mut TenantTx, orders: &[(&Ctx, &Order)]) -> Result<(), GroupError> {
    let carts: Vec<CartId> = orders.iter().map(|(_, order)| order.cart).collect();
    let are_seated = inventory::convert_many(tx, &carts).await?;
    // Free orders were written as paid.
    let unpaid: Vec<_> = orders
        .iter()
        .filter(|(_, order)| order.state != OrderState::Paid)
        .map(|(ctx, order)| (order.id, ctx.now()))
        .collect();
    if !unpaid.is_empty() {
        let paid = many::set_paid_many(tx, &unpaid).await?;
        if usize::try_from(paid) != Ok(unpaid.len()) {
            return Err(GroupError::Moved);
        }
    }
    issue(tx, orders).await?;
    if are_seated {
        let ids: Vec<OrderId> = orders.iter().map(|(_, order)| order.id).collect();
        tickets::seat(tx, &ids).await?;
    }
    let facts: Vec<_> = orders
        .iter()
        .map(|(ctx, order)| (*ctx, json!({ "order": order.id.to_string() })))
        .collect();
    outbox::publish_many(tx, "order_paid", 1, &facts).await?;
    let entries: Vec<_> = orders.iter().map(|(ctx, order)| (*ctx, paid(order))).collect();
    audit::record_many(tx, &entries).await?;
    inventory::sell_many(tx, &carts).await?;
    Ok(())
}

async fn issue(tx: &mut TenantTx, orders: &[(&Ctx, &Order)]) -> Result<(), DbError> {
    let line = |line: &OrderLine| IssueLine {
        line: line.id,
        ticket_type: line.ticket_type,
        quantity: line.quantity,
    };
    let lines: Vec<Vec<IssueLine>> = orders
        .iter()
        .map(|(_, order)| order.lines.iter().map(line).collect())
        .collect();
    let issues: Vec<_> = orders
        .iter()
        .zip(&lines)
        .filter_map(|((ctx, order), lines)| {
            let issue = Issue {
                order: order.id,
                event: order.event?,
                holder_name: order.buyer_name.as_str(),
                lines,
            };
            Some((*ctx, issue))
        })
        .collect();
    tickets::issue_many(tx, &issues).await?;
    Ok(())
}

fn paid(order: &Order) -> audit::Entry<'static> {
    let tickets: u32 = order.lines.iter().map(|line| line.quantity).sum();
    audit::Entry {
        action: "order.paid",
        object: order.id.to_string(),
        details: json!({
            "total_minor": order.total.minor, "currency": order.total.currency.code(), "tickets": tickets
        }),
    }
}
