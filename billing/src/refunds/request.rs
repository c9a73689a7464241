//! Writes a refund down, together with the job that sends it.

use bilten_kernel::{Ctx, Money, RefundId, TicketReturnId};
use bilten_tenancy::{DbError, TenantTx, audit, jobs};
use serde_json::json;

use super::{SUBMIT_JOB, store};
use crate::{
    attempts::{self, Attempt},
    disputes,
    ledger::{self, Breakdown},
};

/// How much of an attempt's money goes back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sum {
    /// All that it brought, given here, and that has not gone back yet.
    AllOf(Money),
    /// So much at most.
    UpTo(Money),
}

/// Why money goes back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Why<'a> {
    /// A word such as `order_cancelled`.
    pub reason: &'a str,
    /// The tickets that it pays back, if any.
    pub ticket_return: Option<TicketReturnId>,
    /// What their price was made up of, where the order keeps it.
    pub made_of: Option<&'a Breakdown>,
}

/// Requests that money of an attempt goes back, as far as it has not gone back yet; tells how much. Nothing happens when all
/// has.
pub(crate) async fn request(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: &Attempt,
    sum: Sum,
    why: Why<'_>,
) -> Result<Option<(RefundId, Money)>, DbError> {
    attempts::store::lock(tx, attempt.id).await?;
    let gone = store::sum_requested(tx, attempt.id).await? + disputes::sum_contested(tx, attempt.id).await?;
    let amount = match sum {
        Sum::AllOf(taken) => Money::new(taken.minor - gone, taken.currency),
        Sum::UpTo(most) => Money::new(most.minor.min(attempt.amount.minor - gone), most.currency),
    };
    if amount.minor <= 0 {
        return Ok(None);
    }
    let id: RefundId = ctx.new_id();
    store::insert(tx, ctx, (id, amount), attempt, why).await?;
    ledger::book_refund(tx, ctx, attempt, (id, amount), why).await?;
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
        details: json!({
            "order": attempt.order, "minor": amount.minor, "currency": amount.currency.code(), "reason": why.reason,
        }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(Some((id, amount)))
}
