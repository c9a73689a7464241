//! Moves an order on while its payment goes on.

use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Order, OrderState, store};

/// An order could not be moved on.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The order is not in a state that allows it.
    #[error("the order is not in a state that allows this")]
    WrongState,
    /// The database refused.
    #[error("could not move the order")]
    Db(#[from] DbError),
}

/// An attempt to pay what the order was read to say begins.
///
/// # Errors
/// The order is not quoted or awaiting payment, or a gift card was chosen for it, or taken away, since it was read.
pub async fn set_awaiting_payment(tx: &mut TenantTx, order: &Order) -> Result<(), MoveError> {
    if store::set_awaiting_payment(tx, order).await? {
        Ok(())
    } else {
        Err(MoveError::WrongState)
    }
}

/// The attempt ended without money; the buyer may try again.
///
/// # Errors
/// The order is not awaiting anything.
pub async fn set_quoted(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<(), MoveError> {
    let from = [
        OrderState::Quoted,
        OrderState::AwaitingPayment,
        OrderState::AwaitingFunds,
    ];
    advance(ctx, tx, order, &from, OrderState::Quoted).await
}

/// The money is on its way.
///
/// # Errors
/// The order is not awaiting payment.
pub async fn set_awaiting_funds(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<(), MoveError> {
    advance(
        ctx,
        tx,
        order,
        &[OrderState::AwaitingPayment, OrderState::AwaitingFunds],
        OrderState::AwaitingFunds,
    )
    .await
}

/// Money came but the stock is gone.
///
/// # Errors
/// The order has its tickets, or was refunded.
pub async fn set_payment_conflict(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<(), MoveError> {
    let from = [
        OrderState::AwaitingPayment,
        OrderState::AwaitingFunds,
        OrderState::Expired,
        OrderState::Cancelled,
        OrderState::PaymentConflict,
    ];
    advance(ctx, tx, order, &from, OrderState::PaymentConflict).await
}

/// All money of an order that never got its tickets went back.
///
/// # Errors
/// The order is not in conflict.
pub async fn set_refunded(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<(), MoveError> {
    advance(ctx, tx, order, &[OrderState::PaymentConflict], OrderState::Refunded).await
}

async fn advance(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: OrderId,
    from: &[OrderState],
    to: OrderState,
) -> Result<(), MoveError> {
    if !store::set_state(tx, ctx, order, from, to).await? {
        return Err(MoveError::WrongState);
    }
    // Attempts to pay and their ends have entries of their own.
    let action = match to {
        OrderState::AwaitingFunds => "order.awaiting_funds",
        OrderState::PaymentConflict => "order.payment_conflict",
        OrderState::Refunded => "order.refunded",
        OrderState::Quoted
        | OrderState::AwaitingPayment
        | OrderState::Paid
        | OrderState::Expired
        | OrderState::Cancelled => return Ok(()),
    };
    let entry = audit::Entry {
        action,
        object: order.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}
