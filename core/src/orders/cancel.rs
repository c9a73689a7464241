//! Ends an order that was not paid.

use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{OrderState, store};
use crate::inventory::{self, HoldGone};

/// Why an order could not be ended.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// The order is not in a state that allows it.
    #[error("the order is not in a state that allows this")]
    WrongState,
    /// The database refused.
    #[error("could not end the order")]
    Db(#[from] DbError),
}

/// Ends an unpaid order (`Expired` or `Cancelled`) and frees its stock. The caller makes sure that
/// no money can come any more: the hold must be held or cancelling.
///
/// # Errors
/// The order was paid, or its hold is pinned by a payment.
pub async fn close_unpaid(ctx: &Ctx, tx: &mut TenantTx, id: OrderId, end: OrderState) -> Result<(), CancelError> {
    let order = store::lock(tx, id).await?.ok_or(CancelError::WrongState)?;
    let from = [
        OrderState::Quoted,
        OrderState::AwaitingPayment,
        OrderState::AwaitingFunds,
    ];
    if !from.contains(&order.state) || !matches!(end, OrderState::Expired | OrderState::Cancelled) {
        return Err(CancelError::WrongState);
    }
    match inventory::release(tx, ctx, order.cart).await {
        // The sweeper may have released an expired hold before.
        Ok(()) => {}
        Err(HoldGone::Gone | HoldGone::NoStock) => {
            let hold = inventory::find_slot(tx, order.cart).await?;
            if hold.is_none_or(|hold| hold.state != inventory::HoldState::Released) {
                return Err(CancelError::WrongState);
            }
        }
        Err(HoldGone::Db(error)) => return Err(error.into()),
    }
    finish(ctx, tx, id, &from, end).await
}

/// Moves an order to its end, with an audit entry.
pub(super) async fn finish(
    ctx: &Ctx,
    tx: &mut TenantTx,
    id: OrderId,
    from: &[OrderState],
    end: OrderState,
) -> Result<(), CancelError> {
    if !store::set_state(tx, ctx, id, from, end).await? {
        return Err(CancelError::WrongState);
    }
    let action = match end {
        OrderState::Expired => "order.expired",
        OrderState::Refunded => "order.refunded",
        _ => "order.cancelled",
    };
    audit::record(
        tx,
        ctx,
        audit::Entry {
            action,
            object: id.to_string(),
            details: json!({}),
        },
    )
    .await?;
    Ok(())
}
