//! Gives back what is left of a gift card to who bought it in the shop.

use bilten_core::orders::{self, Order};
use bilten_kernel::{Ctx, Money};
use bilten_tenancy::TenantTx;

use super::{CancelOrderError, Cancelled, Sum, Why, request};
use crate::{attempts, gift_cards};

/// Gives back what is left on the card of a locked, paid order, and stops the card. What was spent of it, and what a payment under way
/// has for itself, stays paid: then the order stays, and says how much went back.
pub(super) async fn refund_card(ctx: &Ctx, tx: &mut TenantTx, order: &Order) -> Result<Cancelled, CancelOrderError> {
    // The card is locked first: nobody spends of it what goes back.
    let left = gift_cards::lock_left_of_sale(tx, order.id).await?;
    let mut rest = left.min(order.total.minor - order.refunded.minor);
    let whole = rest;
    let mut refunds = Vec::new();
    for attempt in attempts::store::list_succeeded(tx, order.id).await? {
        if rest <= 0 {
            break;
        }
        let why = Why {
            reason: "gift_card_returned",
            ticket_return: None,
            made_of: None,
        };
        let most = Money::new(rest, order.total.currency);
        if let Some((id, amount)) = request(tx, ctx, &attempt, Sum::UpTo(most), why).await? {
            rest -= amount.minor;
            refunds.push(id);
        }
    }
    let back = Money::new(whole - rest, order.total.currency);
    match orders::give_back_bare(ctx, tx, order, back).await {
        Ok(_) => Ok(Cancelled { refunds }),
        Err(orders::CancelError::WrongState) => Err(CancelOrderError::WrongState),
        Err(orders::CancelError::Db(error)) => Err(error.into()),
    }
}
