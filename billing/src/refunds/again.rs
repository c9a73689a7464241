//! Requests refunds again that the provider had refused.

use bilten_core::orders;
use bilten_kernel::{Ctx, OrderId, RefundId};
use bilten_tenancy::{DbError, TenantTx};

use super::{Sum, Why, request, store};
use crate::attempts;

/// Why nothing is refunded again.
#[derive(Debug, thiserror::Error)]
pub enum RefundAgainError {
    /// The tenant has no such order.
    #[error("there is no such order")]
    NotFound,
    /// No refund of the order was refused, or its money went back, or is on its way, since.
    #[error("there is nothing to refund again")]
    NothingRefused,
    /// The database failed.
    #[error("the refund could not be requested again")]
    Db(#[from] DbError),
}

/// Requests again what was refused of an order's refunds, in the caller's transaction; a job sends it after the commit.
/// Each refusal stays in the record. Two clerks at once request it once.
///
/// # Errors
/// See [`RefundAgainError`].
pub async fn refund_again(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<Vec<RefundId>, RefundAgainError> {
    // The order first, as in a cancellation.
    orders::lock(tx, order).await?.ok_or(RefundAgainError::NotFound)?;
    let mut refunds = Vec::new();
    for refused in store::list_refused(tx, order).await? {
        let Some(attempt) = attempts::store::find(tx, refused.attempt).await? else {
            continue;
        };
        let why = Why {
            reason: "refund_refused",
            ticket_return: refused.ticket_return,
            made_of: None,
        };
        if let Some((again, _)) = request(tx, ctx, &attempt, Sum::UpTo(refused.amount), why).await? {
            store::set_replaced(tx, refused.id, again).await?;
            refunds.push(again);
        }
    }
    if refunds.is_empty() {
        return Err(RefundAgainError::NothingRefused);
    }
    Ok(refunds)
}
