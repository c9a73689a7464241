//! Cancels a paid order: tickets void, stock back, money back.

use bilten_core::orders::{self, OrderState};
use bilten_kernel::{Ctx, OrderId, RefundId};
use bilten_tenancy::{DbError, TenantTx};

use super::request;
use crate::attempts::store;

/// What a cancellation set in motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled {
    /// The refund; none for a free order.
    pub refund: Option<RefundId>,
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

/// Cancels a paid order in the caller's transaction. The refund is sent by a job after the commit.
///
/// # Errors
/// See [`CancelOrderError`].
pub async fn cancel_order(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<Cancelled, CancelOrderError> {
    orders::find(tx, order).await?.ok_or(CancelOrderError::NotFound)?;
    let paid_by = store::find_succeeded(tx, order).await?;
    let end = if paid_by.is_some() {
        OrderState::Refunded
    } else {
        OrderState::Cancelled
    };
    orders::cancel_paid(ctx, tx, order, end)
        .await
        .map_err(|error| match error {
            orders::CancelError::WrongState => CancelOrderError::WrongState,
            orders::CancelError::Db(error) => CancelOrderError::Db(error),
        })?;
    let refund = match paid_by {
        Some(attempt) => request(tx, ctx, &attempt, "order_cancelled").await?,
        None => None,
    };
    Ok(Cancelled { refund })
}
