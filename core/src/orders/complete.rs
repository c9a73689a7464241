//! Completes an order: stock sold, tickets issued, everybody told, in one transaction.

use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use serde_json::json;

use super::{Order, OrderState, store};
use crate::{
    inventory::{self, HoldGone},
    tickets::{self, Issue, IssueLine},
};

/// What completing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completed {
    /// The order is now paid and has its tickets.
    Now,
    /// It was paid before; nothing changed.
    Before,
}

/// Why an order could not be completed.
#[derive(Debug, thiserror::Error)]
pub enum CompleteError {
    /// No such order, or it was refunded.
    #[error("the order cannot be completed any more")]
    WrongState,
    /// The stock went to somebody else after the hold had been released.
    #[error("the stock is gone")]
    NoStock,
    /// The database refused.
    #[error("could not complete the order")]
    Db(#[from] DbError),
}

impl From<HoldGone> for CompleteError {
    fn from(error: HoldGone) -> Self {
        match error {
            HoldGone::Gone | HoldGone::NoStock => Self::NoStock,
            HoldGone::Db(error) => Self::Db(error),
        }
    }
}

/// Completes the order, whether its hold is still alive or was released and the stock is there.
/// The caller records the payment in the same transaction, and rolls back on an error.
///
/// # Errors
/// See [`CompleteError`]; on [`CompleteError::NoStock`] the transaction must be rolled back.
pub async fn complete(ctx: &Ctx, tx: &mut TenantTx, id: OrderId) -> Result<Completed, CompleteError> {
    let order = store::lock(tx, id).await?.ok_or(CompleteError::WrongState)?;
    if order.state == OrderState::Paid {
        return Ok(Completed::Before);
    }
    if !order.state.may_become(OrderState::Paid) {
        return Err(CompleteError::WrongState);
    }
    let Some(event) = order.event else {
        return without_stock(ctx, tx, &order).await;
    };
    let places = inventory::convert(tx, order.cart).await?;
    if !store::set_paid(tx, ctx, id, order.state).await? {
        return Err(CompleteError::WrongState);
    }
    let lines: Vec<IssueLine> = order
        .lines
        .iter()
        .map(|line| IssueLine {
            line: line.id,
            ticket_type: line.ticket_type,
            quantity: line.quantity,
        })
        .collect();
    let issue = Issue {
        order: id,
        event,
        holder_name: order.buyer_name.as_str(),
        lines: &lines,
    };
    let issued = tickets::issue(ctx, tx, &issue).await?;
    tell(ctx, tx, &order, issued).await?;
    if places.sell(tx, ctx.now()).await? {
        tickets::seat(tx, &[id]).await?;
    }
    Ok(Completed::Now)
}

/// An order without an event needs no stock: money that came late pays it as well.
async fn without_stock(ctx: &Ctx, tx: &mut TenantTx, order: &Order) -> Result<Completed, CompleteError> {
    inventory::convert_slot(tx, order.cart).await?;
    if !store::set_paid(tx, ctx, order.id, order.state).await? {
        return Err(CompleteError::WrongState);
    }
    tell(ctx, tx, order, 0).await?;
    Ok(Completed::Now)
}

/// Tells everybody that an order is paid.
async fn tell(ctx: &Ctx, tx: &mut TenantTx, order: &Order, issued: usize) -> Result<(), DbError> {
    outbox::publish(tx, ctx, "order_paid", 1, &json!({ "order": order.id.to_string() })).await?;
    let details =
        json!({ "total_minor": order.total.minor, "currency": order.total.currency.code(), "tickets": issued });
    let entry = audit::Entry {
        action: "order.paid",
        object: order.id.to_string(),
        details,
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}
