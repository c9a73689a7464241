//! What goes back of an order, divided over the gift card and the payment that paid it.

use bilten_core::orders::Order;
use bilten_kernel::{Ctx, Money, RefundId, TicketReturnId};
use bilten_tenancy::TenantTx;

use super::{Sum, TakeBackError, Why, request, store};
use crate::{
    attempts,
    gift_cards::{self, GiftCards, Issued},
    ledger::Breakdown,
};

/// How a sum that goes back is divided.
pub(super) struct Parts<'a> {
    /// What goes back to the card that paid a part.
    pub to_card: Money,
    by_payment: Money,
    card_made_of: Option<Breakdown>,
    rest_made_of: Option<Breakdown>,
    credit: Option<&'a GiftCards>,
}

impl<'a> Parts<'a> {
    /// Divides a sum over gift card and payment, in the proportion of what is left of both; the payment's part may become a new card.
    pub async fn of(
        tx: &mut TenantTx,
        order: &Order,
        (back, made_of): (Money, Option<&Breakdown>),
        credit: Option<&'a GiftCards>,
    ) -> Result<Self, TakeBackError> {
        let card_left = gift_cards::left_to_return(tx, order).await?;
        if card_left.is_zero() && credit.is_none() {
            return Ok(Self {
                to_card: card_left,
                by_payment: back,
                card_made_of: None,
                rest_made_of: made_of.cloned(),
                credit,
            });
        }
        let paid_left = paid_left(tx, order).await?;
        let to_card = gift_cards::share_of(back, card_left, card_left.checked_add(paid_left)?);
        let by_payment = back.checked_sub(to_card)?;
        if credit.is_some() && by_payment.minor > paid_left.minor {
            return Err(TakeBackError::NotEnough { left: paid_left });
        }
        let card_made_of = made_of.map(|whole| whole.part(to_card)).transpose()?;
        let rest_made_of = match (made_of, &card_made_of) {
            (Some(whole), Some(card)) => Some(whole.less(card)?),
            (Some(_) | None, _) => None,
        };
        Ok(Self {
            to_card,
            by_payment,
            card_made_of,
            rest_made_of,
            credit,
        })
    }

    /// What becomes a new gift card.
    pub fn credited(&self) -> Money {
        match self.credit {
            Some(_) => self.by_payment,
            None => Money::zero(self.by_payment.currency),
        }
    }

    /// Gives each its part.
    pub async fn pay_out(
        &self,
        tx: &mut TenantTx,
        ctx: &Ctx,
        (order, id): (&Order, TicketReturnId),
    ) -> Result<(Vec<RefundId>, Option<Issued>), TakeBackError> {
        // The card before anything else that others wait for.
        gift_cards::give_back(tx, ctx, order, (self.to_card, id, self.card_made_of.as_ref())).await?;
        match self.credit {
            Some(cards) if !self.by_payment.is_zero() => {
                let made = gift_cards::credit(cards, ctx, tx, order, (self.by_payment, self.rest_made_of.as_ref()));
                Ok((Vec::new(), Some(made.await?)))
            }
            Some(_) | None => Ok((self.refund(tx, ctx, (order, id)).await?, None)),
        }
    }

    /// Requests that the sum goes back, from the payments of the order, the oldest first.
    async fn refund(
        &self,
        tx: &mut TenantTx,
        ctx: &Ctx,
        (order, id): (&Order, TicketReturnId),
    ) -> Result<Vec<RefundId>, TakeBackError> {
        let mut rest = self.by_payment;
        let mut refunds = Vec::new();
        for attempt in attempts::store::list_succeeded(tx, order.id).await? {
            if rest.is_zero() {
                break;
            }
            let why = Why {
                reason: "tickets_returned",
                ticket_return: Some(id),
                // Of several payments nobody knows which one paid the tickets.
                made_of: self.rest_made_of.as_ref().filter(|_| refunds.is_empty()),
            };
            let Some((refund, amount)) = request(tx, ctx, &attempt, Sum::UpTo(rest), why).await? else {
                continue;
            };
            rest = rest.checked_sub(amount)?;
            refunds.push(refund);
        }
        if rest.is_zero() {
            return Ok(refunds);
        }
        Err(TakeBackError::NotEnough {
            left: self.by_payment.checked_sub(rest)?,
        })
    }
}

/// What the payments of an order brought that has not gone back, as money or as a gift card.
async fn paid_left(tx: &mut TenantTx, order: &Order) -> Result<Money, TakeBackError> {
    let mut left = -store::returns::sum_credited(tx, order.id).await?;
    for attempt in attempts::store::list_succeeded(tx, order.id).await? {
        left += store::left(tx, &attempt).await?.minor;
    }
    Ok(Money::new(left.max(0), order.total.currency))
}
