//! Refunds of which we hear afterwards: made at the provider by somebody else, or come back after they had arrived.

use bilten_core::orders::{self, OrderState, Returnable};
use bilten_kernel::{AttemptId, Ctx, Money, RefundId};
use bilten_tenancy::{DbError, TenantTx, audit, outbox};
use serde_json::json;

use super::{Origin, Refund, RefundState, Why, returns, store};
use crate::{
    attempts, gift_cards,
    ledger::{self, Kind, PostError},
};

/// Why such a refund was made.
const REASON: &str = "made_at_provider";

/// Takes in a refund that somebody made at the provider. When nothing is left of the order's money its tickets become void and
/// their places go on sale; what is less leaves all tickets as they are, because nobody knows which of them it is for.
///
/// # Errors
/// The database or the books refused.
pub(crate) async fn import(
    tx: &mut TenantTx,
    ctx: &Ctx,
    attempt: AttemptId,
    (reference, amount, fee): (&str, Money, Money),
) -> Result<RefundId, PostError> {
    let order = attempts::store::find(tx, attempt)
        .await?
        .ok_or(PostError::NotFound)?
        .order;
    // The order first, as in a cancellation.
    let order = orders::lock(tx, order).await?.ok_or(PostError::NotFound)?;
    let attempt = attempts::store::lock(tx, attempt).await?.ok_or(PostError::NotFound)?;
    let id: RefundId = ctx.new_id();
    let why = Why {
        reason: REASON,
        ticket_return: None,
        made_of: None,
    };
    store::insert(tx, ctx, (id, amount, fee), &attempt, why).await?;
    ledger::book_refund(tx, ctx, &attempt, (id, amount, fee), why).await?;
    store::set_state(tx, ctx, id, RefundState::Succeeded, Some(reference)).await?;
    let refund = store::lock(tx, id).await?.ok_or(PostError::NotFound)?;
    let ended = (RefundState::Submitting, RefundState::Succeeded);
    ledger::book_refund_end(tx, ctx, &refund, ended).await?;
    let is_all = store::sum_requested(tx, attempt.id).await? >= attempt.amount.minor;
    let mut voided = 0;
    if is_all && order.state == OrderState::Paid {
        voided = void_all(tx, ctx, &order).await?;
    }
    let entry = audit::Entry {
        action: "refund.imported",
        object: id.to_string(),
        details: json!({ "order": order.id, "minor": amount.minor, "currency": amount.currency.code(),
                         "reference": reference, "tickets_voided": voided }),
    };
    audit::record(tx, ctx, entry).await?;
    tracing::warn!(refund = %id, order = %order.id, voided, "a refund that was made at the provider was taken in");
    Ok(id)
}

/// Takes back all tickets that a locked, paid order has left, because nobody pays for them any more.
pub(crate) async fn void_all(tx: &mut TenantTx, ctx: &Ctx, order: &orders::Order) -> Result<usize, DbError> {
    if order.event.is_none() {
        return end_bare(tx, ctx, order).await;
    }
    let valid = orders::lock_returnable(tx, order).await?;
    if valid.is_empty() {
        return Ok(0);
    }
    let nothing = Money::zero(order.total.currency);
    let gross = Money::new(valid.iter().map(|ticket| ticket.price.minor).sum(), nothing.currency);
    let items: Vec<(Returnable, Money)> = valid.iter().map(|ticket| (ticket.clone(), nothing)).collect();
    let row = returns::NewReturn {
        id: ctx.new_id(),
        order,
        origin: Origin::Staff,
        policy: None,
        reason: "",
        items: &items,
        gross,
        kept: nothing,
        donation: order.donation.unwrap_or(nothing),
        credited: nothing,
    };
    store::returns::insert(tx, ctx, &row).await?;
    // Who gets the payment back gets the card's part as well: nothing is left that it could have paid.
    let to_card = gift_cards::left_to_return(tx, order).await?;
    gift_cards::give_back(tx, ctx, order, (to_card, row.id, None)).await?;
    match orders::take_back(ctx, tx, order, &valid, (nothing, OrderState::Refunded)).await {
        Ok(_) => {}
        Err(orders::CancelError::WrongState) => return Ok(0),
        Err(orders::CancelError::Db(error)) => return Err(error),
    }
    let facts = json!({ "order": order.id, "return": row.id });
    outbox::publish(tx, ctx, "tickets_returned", 1, &facts).await?;
    Ok(valid.len())
}

/// Ends the order of a gift card that nobody pays for any more; what was left of the card is taken from it where the money is booked.
async fn end_bare(tx: &mut TenantTx, ctx: &Ctx, order: &orders::Order) -> Result<usize, DbError> {
    let left = Money::new(order.total.minor - order.refunded.minor, order.total.currency);
    match orders::give_back_bare(ctx, tx, order, left).await {
        Ok(_) | Err(orders::CancelError::WrongState) => Ok(0),
        Err(orders::CancelError::Db(error)) => Err(error),
    }
}

/// Takes in that a refund which had arrived came back, days or weeks later: the money is with the provider again, and owed to
/// the buyer, who must tell where else it can go.
///
/// # Errors
/// The database or the books refused.
pub(crate) async fn take_in_return(tx: &mut TenantTx, ctx: &Ctx, refund: &Refund) -> Result<(), PostError> {
    ledger::reverse(tx, ctx, Kind::RefundSettled, &refund.id.to_string()).await?;
    store::set_came_back(tx, ctx, refund.id).await?;
    ledger::book_refund_end(tx, ctx, refund, (RefundState::Submitting, RefundState::Failed)).await?;
    let entry = audit::Entry {
        action: "refund.came_back",
        object: refund.id.to_string(),
        details: json!({ "order": refund.order, "minor": refund.amount.minor }),
    };
    audit::record(tx, ctx, entry).await?;
    tracing::error!(refund = %refund.id, order = %refund.order, "a refund came back after it had arrived");
    Ok(())
}
