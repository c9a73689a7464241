//! Writes a refund down, together with the job that sends it.

use bilten_kernel::{Ctx, Money, RefundId, TicketReturnId};
use bilten_tenancy::{DbError, TenantTx, audit, jobs};
use serde_json::json;

use super::{SUBMIT_JOB, shares, store, terms};
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
    let fee = fee_returned(tx, attempt, (amount, why.reason)).await?;
    store::insert(tx, ctx, (id, amount, fee), attempt, why).await?;
    ledger::book_refund(tx, ctx, attempt, (id, amount, fee), why).await?;
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

/// What the platform gives back of its part with a refund: nothing unless that was agreed with the tenant, else in proportion to
/// all that has gone back so far, so that what is given back with all refunds is the whole.
async fn fee_returned(tx: &mut TenantTx, attempt: &Attempt, (amount, reason): (Money, &str)) -> Result<Money, DbError> {
    let nothing = Money::zero(amount.currency);
    let Some(fee) = attempt.fee else { return Ok(nothing) };
    // What bought nothing earned nothing.
    let is_for_nothing = matches!(reason, "payment_conflict" | "payment_mismatch");
    if !is_for_nothing && !terms::returns_platform_fee(tx).await? {
        return Ok(nothing);
    }
    let back = store::sum_requested(tx, attempt.id).await?.saturating_add(amount.minor);
    let given = store::sum_fee_returned(tx, attempt.id).await?;
    let due = shares::in_proportion(fee.minor, back, attempt.amount.minor);
    Ok(Money::new((due - given).clamp(0, amount.minor), amount.currency))
}
