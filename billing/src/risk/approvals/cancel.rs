//! Calling an order off, with the second person whom a large amount needs.

use bilten_core::orders::{self, OrderState};
use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{DbError, TenantTx};

use super::{Approval, ApprovalId, DecideError, Movement};
use crate::refunds::{self, CancelOrderError};

/// What became of the wish to call an order off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is called off.
    Cancelled,
    /// A second person was asked.
    Waiting,
    /// Somebody asked before, and still waits.
    WaitingBefore,
}

/// Why an order was not called off.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It cannot be.
    #[error("the order cannot be called off")]
    Cancel(#[from] CancelOrderError),
    /// The database failed.
    #[error("the order could not be called off")]
    Db(#[from] DbError),
}

/// Why an approval did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    /// It could not be given.
    #[error("the request cannot be approved")]
    Decide(#[from] DecideError),
    /// What was asked for cannot be done any more.
    #[error("what was approved cannot be done")]
    Cancel(#[from] CancelOrderError),
}

/// Calls a paid order off, or asks a second person when its amount is above the limit.
///
/// # Errors
/// See [`AskError`]; the caller rolls back.
pub async fn cancel_or_ask(ctx: &Ctx, tx: &mut TenantTx, id: OrderId) -> Result<Asked, AskError> {
    let order = orders::find(tx, id).await?.ok_or(CancelOrderError::NotFound)?;
    let is_paid = order.state == OrderState::Paid;
    if !is_paid || !super::is_needed(tx, Movement::Refund, order.total).await? {
        refunds::cancel_order(ctx, tx, id).await?;
        return Ok(Asked::Cancelled);
    }
    let request = super::request(ctx, tx, (Movement::Refund, id.uuid()), order.total).await?;
    Ok(if request.is_some() {
        Asked::Waiting
    } else {
        Asked::WaitingBefore
    })
}

/// Approves a request as the second person, and does what was asked for.
///
/// # Errors
/// See [`ApproveError`]; the caller rolls back, and the request still waits.
pub async fn approve(ctx: &Ctx, tx: &mut TenantTx, id: ApprovalId) -> Result<Approval, ApproveError> {
    let approval = super::decide(ctx, tx, id, "approved").await?;
    super::note(tx, ctx, "money_approval.approved", &approval)
        .await
        .map_err(DecideError::Db)?;
    match approval.kind {
        Movement::Refund => {
            refunds::cancel_order(ctx, tx, OrderId::from_uuid(approval.subject)).await?;
        }
        // Whoever pays out looks for the approval.
        Movement::Payout => {}
    }
    Ok(approval)
}
