//! Cancels a paid order: tickets void, stock back, money back.

use bilten_core::orders::{self, OrderState, Returnable};
use bilten_kernel::{Ctx, Money, MoneyError, OrderId, RefundId};
use bilten_tenancy::{DbError, TenantTx, outbox};
use serde_json::json;

use super::{Origin, Sum, Why, request, returns, store};
use crate::{attempts, gift_cards};

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
    /// A sum overflows.
    #[error("a sum overflows")]
    Total(#[from] MoneyError),
    /// The database failed.
    #[error("the order could not be cancelled")]
    Db(#[from] DbError),
}

/// Cancels a paid order in the caller's transaction: all tickets that it has left come back, and all money that ever came
/// for it, but for what was kept of tickets before. Of an order of a gift card goes back what is left on the card. The refunds are sent by jobs after the commit. The caller rolls back on
/// an error.
///
/// # Errors
/// See [`CancelOrderError`].
pub async fn cancel_order(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<Cancelled, CancelOrderError> {
    cancel(ctx, tx, order, Origin::Staff).await
}

/// Cancels an order as one of an event that was called off.
pub(super) async fn cancel(
    ctx: &Ctx,
    tx: &mut TenantTx,
    order: OrderId,
    origin: Origin,
) -> Result<Cancelled, CancelOrderError> {
    // The order first: money that is coming at this moment is waited for, and seen. An attempt whose money has come takes
    // no lock on its order any more, so the attempts that are locked after it keep nobody waiting in a circle.
    let locked = orders::lock(tx, order).await?.ok_or(CancelOrderError::NotFound)?;
    if locked.state != OrderState::Paid {
        return Err(CancelOrderError::WrongState);
    }
    if locked.event.is_none() {
        return super::card::refund_card(ctx, tx, &locked).await;
    }
    let valid = orders::lock_returnable(tx, &locked).await?;
    let nothing = Money::zero(locked.total.currency);
    let gross = valid
        .iter()
        .try_fold(nothing, |sum, ticket| sum.checked_add(ticket.price))?;
    let items: Vec<(Returnable, Money)> = valid.iter().map(|ticket| (ticket.clone(), nothing)).collect();
    let row = returns::NewReturn {
        id: ctx.new_id(),
        order: &locked,
        origin,
        policy: None,
        reason: "",
        items: &items,
        gross,
        kept: nothing,
        donation: locked.donation.unwrap_or(nothing),
        credited: nothing,
    };
    store::returns::insert(tx, ctx, &row).await?;
    let mut kept_before: i64 = 0;
    for kept in store::returns::list(tx, order).await? {
        kept_before = kept_before
            .saturating_add(kept.kept.minor)
            .saturating_add(kept.credited.minor);
    }
    let paid_by = attempts::store::list_succeeded(tx, order).await?;
    let to_card = gift_cards::left_to_return(tx, &locked).await?;
    let mut refunds = Vec::new();
    for attempt in &paid_by {
        let why = Why {
            reason: "order_cancelled",
            ticket_return: Some(row.id),
            made_of: None,
        };
        // What was kept stays with the payment that the order was bought by: the first.
        let stays = kept_before.min(attempt.amount.minor);
        kept_before -= stays;
        let all = Money::new(attempt.amount.minor - stays, attempt.amount.currency);
        let requested = request(tx, ctx, attempt, Sum::AllOf(all), why).await?;
        refunds.extend(requested.map(|(id, _)| id));
    }
    // What was kept beyond the payments stays of what the card paid.
    let card_back = Money::new((to_card.minor - kept_before.max(0)).max(0), to_card.currency);
    gift_cards::give_back(tx, ctx, &locked, (card_back, row.id, None)).await?;
    let end = if paid_by.is_empty() && to_card.is_zero() {
        OrderState::Cancelled
    } else {
        OrderState::Refunded
    };
    orders::take_back(ctx, tx, &locked, &valid, (nothing, end))
        .await
        .map_err(|error| match error {
            orders::CancelError::WrongState => CancelOrderError::WrongState,
            orders::CancelError::Db(error) => CancelOrderError::Db(error),
        })?;
    if !items.is_empty() {
        let facts = json!({ "order": order, "return": row.id });
        outbox::publish(tx, ctx, "tickets_returned", 1, &facts).await?;
    }
    Ok(Cancelled { refunds })
}
