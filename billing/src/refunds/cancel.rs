//! Cancels a paid order: tickets void, stock back, money back.

use bilten_core::orders::{self, OrderState};
use bilten_kernel::{Ctx, OrderId, RefundId};
use bilten_tenancy::{DbError, TenantTx};

use super::request;
use crate::attempts::store;

/// What a cancellation set in motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The refunds, one for each payment that had money left; none for a free order.
    pub refunds: Vec<RefundId>,
}

/// Why an order cannot be cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelOrderError {
    /// The tenant has no such order.
    #[error("there is no such order")]
    NotFound,
    /// The order is not paid, or was cancelled before.
    #[error("the order cannot be cancelled")]
    WrongState,
    /// The database failed.
    #[error("the order could not be cancelled")]
    Db(#[from] DbError),
}

/// Cancels a paid order in the caller's transaction: all money that ever came for it goes back. The refunds are sent by
/// jobs after the commit. The caller rolls back on an error.
///
/// # Errors
/// See [`CancelOrderError`].
pub async fn cancel_order(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<Cancelled, CancelOrderError> {
    // The order first: money that is coming at this moment is waited for, and seen. An attempt whose money has come takes
    // no lock on its order any more, so the attempts that are locked after it keep nobody waiting in a circle.
    let locked = orders::lock(tx, order).await?.ok_or(CancelOrderError::NotFound)?;
    if locked.state != OrderState::Paid {
        return Err(CancelOrderError::WrongState);
    }
    let paid_by = store::list_succeeded(tx, order).await?;
    let mut refunds = Vec::new();
    for attempt in &paid_by {
        refunds.extend(request(tx, ctx, attempt, attempt.amount, "order_cancelled").await?);
    }
    let end = if paid_by.is_empty() {
        OrderState::Cancelled
    } else {
        OrderState::Refunded
    };
    orders::cancel_paid(ctx, tx, order, end)
        .await
        .map_err(|error| match error {
            orders::CancelError::WrongState => CancelOrderError::WrongState,
            orders::CancelError::Db(error) => CancelOrderError::Db(error),
        })?;
    Ok(Cancelled { refunds })
}
