//! Gives the money of a payment back that does not match.

use bilten_kernel::{AttemptId, Ctx};

use super::{ReviewError, find, lock, note};
use crate::{
    attempts::{Attempt, AttemptState, store},
    checkout::{Checkout, ask, end_without_money, return_money, void},
    provider::{PaymentStatus, Snapshot},
    refunds::{self, CancelOrderError},
};

/// What came of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenBack {
    /// What the provider took is on its way back.
    OnItsWay,
    /// No money was taken, and none can be any more.
    NothingTaken,
    /// The provider gave no answer, or still works on the payment; nothing changed.
    NotYet,
    /// The payment names another attempt; it is not touched.
    NotOurs,
}

/// Ends a payment that waits for a person: whatever the provider took for it goes back.
///
/// # Errors
/// See [`ReviewError`].
pub async fn give_back(app: &Checkout, ctx: &Ctx, id: AttemptId) -> Result<GivenBack, ReviewError> {
    let attempt = find(app, ctx, id).await?;
    if attempt.state == AttemptState::Succeeded {
        return undo_sale(app, ctx, id).await;
    }
    let Some(told) = ask(app, ctx, &attempt).await?.snapshot() else {
        return Ok(GivenBack::NotYet);
    };
    if !is_ours(&attempt, &told) {
        return Ok(GivenBack::NotOurs);
    }
    let told = match told.status {
        PaymentStatus::Unconfirmed | PaymentStatus::ActionRequired => {
            void(app, ctx, &attempt, &told.payment).await?.snapshot()
        }
        PaymentStatus::Processing | PaymentStatus::Failed | PaymentStatus::Canceled | PaymentStatus::Succeeded => {
            Some(told)
        }
    };
    match told {
        Some(told) => end(app, ctx, id, told).await,
        None => Ok(GivenBack::NotYet),
    }
}

/// Writes the end down that the provider told.
async fn end(app: &Checkout, ctx: &Ctx, id: AttemptId, told: Snapshot) -> Result<GivenBack, ReviewError> {
    let state = match told.status {
        PaymentStatus::Succeeded => AttemptState::Succeeded,
        PaymentStatus::Failed => AttemptState::Failed,
        PaymentStatus::Canceled => AttemptState::Canceled,
        PaymentStatus::Unconfirmed | PaymentStatus::ActionRequired | PaymentStatus::Processing => {
            return Ok(GivenBack::NotYet);
        }
    };
    let mut tx = app.db.begin(ctx).await?;
    let mut known = lock(&mut tx, id).await?;
    if known.state == AttemptState::Succeeded || !is_ours(&known, &told) {
        return Err(ReviewError::Decided);
    }
    note(&mut tx, ctx, "payment.given_back", &known).await?;
    known.quarantine = None;
    known.is_unknown = false;
    known.payment = Some(told.payment);
    known.state = state;
    store::save(&mut tx, ctx, &known).await?;
    store::settle_operations(&mut tx, ctx, id, "done").await?;
    let end = if state == AttemptState::Succeeded {
        return_money(&mut tx, ctx, &known, told.amount, "payment_mismatch").await?;
        GivenBack::OnItsWay
    } else {
        end_without_money(&mut tx, ctx, &known).await?;
        GivenBack::NothingTaken
    };
    tx.commit().await?;
    Ok(end)
}

/// The order was paid before the doubt came up: it is cancelled like any other.
async fn undo_sale(app: &Checkout, ctx: &Ctx, id: AttemptId) -> Result<GivenBack, ReviewError> {
    let mut tx = app.db.begin(ctx).await?;
    let mut known = lock(&mut tx, id).await?;
    note(&mut tx, ctx, "payment.given_back", &known).await?;
    known.quarantine = None;
    store::save(&mut tx, ctx, &known).await?;
    match refunds::cancel_order(ctx, &mut tx, known.order).await {
        // An order that was cancelled before has its refund.
        Ok(_) | Err(CancelOrderError::WrongState | CancelOrderError::Total(_)) => {}
        Err(CancelOrderError::NotFound) => return Err(ReviewError::NotFound),
        Err(CancelOrderError::Db(error)) => return Err(error.into()),
    }
    tx.commit().await?;
    Ok(GivenBack::OnItsWay)
}

fn is_ours(attempt: &Attempt, told: &Snapshot) -> bool {
    told.attempt == attempt.id && attempt.payment.as_ref().is_none_or(|known| *known == told.payment)
}
