//! Gives money back, once.
//!
//! ```text
//! requested → submitting → { pending, succeeded, failed }
//! ```
//! A refund's row is written in the transaction that decides it (an order cancelled, money without stock) together
//! with the job that sends it. The row's id is the provider's key, so sending again after a lost answer is safe. The
//! A refusal is final for that refund; [`refund_again`] makes a new one for what is left. The
//! sum of an attempt's refunds never exceeds what it brought; the attempt's row lock keeps two clerks apart.
//!
//! Not here: who may refund (`tenancy::permissions`), partial refunds by line.

mod again;
mod cancel;
mod store;
mod submit;

use bilten_kernel::{Ctx, Money, RefundId};
use bilten_tenancy::{DbError, TenantTx, audit, jobs};
use serde_json::json;

use crate::{
    attempts::{self, Attempt},
    disputes, ledger,
};

pub use again::{RefundAgainError, refund_again};
pub use cancel::{CancelOrderError, Cancelled, cancel_order};
pub use store::{Refund, RefundState, list_for_order};
pub(crate) use store::{list_open, sum_open};
pub(crate) use submit::submit;
pub use submit::{SUBMIT_JOB, SubmitRefund};

/// Requests that of what an attempt brought everything that has not gone back yet goes back. Nothing happens when all
/// has.
///
/// # Errors
/// The database failed.
pub async fn request(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    taken: Money,
    reason: &str,
) -> Result<Option<RefundId>, DbError> {
    attempts::store::lock(tx, attempt.id).await?;
    let left =
        taken.minor - store::sum_requested(tx, attempt.id).await? - disputes::sum_contested(tx, attempt.id).await?;
    if left <= 0 {
        return Ok(None);
    }
    let id: RefundId = ctx.new_id();
    let amount = Money::new(left, taken.currency);
    store::insert(tx, ctx, id, attempt, amount, reason).await?;
    ledger::book_refund(tx, ctx, attempt, (id, amount, reason)).await?;
    let job = jobs::NewJob {
        kind: SUBMIT_JOB,
        payload: json!({ "refund": id }),
        run_at: ctx.now(),
        unique_key: Some(&id.to_string()),
        is_urgent: true,
    };
    jobs::enqueue(tx, ctx, job).await?;
    let entry = audit::Entry {
        action: "refund.requested",
        object: id.to_string(),
        details: json!({ "order": attempt.order, "minor": left, "currency": amount.currency.code(), "reason": reason }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(Some(id))
}
