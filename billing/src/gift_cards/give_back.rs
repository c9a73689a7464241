//! What goes back to a card when tickets come back.

use bilten_core::orders::Order;
use bilten_kernel::{Ctx, Money, TicketReturnId};
use bilten_tenancy::{DbError, TenantTx};

use super::{UseState, store};
use crate::ledger::{self, Breakdown};

/// What a card paid of an order and has not got back yet; nothing where no card paid.
pub(crate) async fn left_to_return(tx: &mut TenantTx, order: &Order) -> Result<Money, DbError> {
    let nothing = Money::zero(order.total.currency);
    if order.gift_card.is_none() {
        return Ok(nothing);
    }
    let found = store::find_use(tx, order.id).await?;
    let spent = found.filter(|own| own.state == UseState::Spent);
    Ok(spent.map_or(nothing, |own| {
        Money::new(own.amount.minor - own.returned.minor, own.amount.currency)
    }))
}

/// The card's part of a sum that goes back: as much of it as the card has paid of what is left, rounded down. What is left of
/// both is never less than nothing, and the last sum takes the last unit.
pub(crate) fn share_of(back: Money, card_left: Money, all_left: Money) -> Money {
    let part = if all_left.minor <= 0 {
        0
    } else {
        i128::from(back.minor) * i128::from(card_left.minor) / i128::from(all_left.minor)
    };
    let part = i64::try_from(part)
        .unwrap_or(0)
        .clamp(0, card_left.minor.min(back.minor));
    Money::new(part, back.currency)
}

/// Gives a sum back to the card that paid a locked order.
pub(crate) async fn give_back(
    tx: &mut TenantTx,
    ctx: &Ctx,
    order: &Order,
    (amount, id, made_of): (Money, TicketReturnId, Option<&Breakdown>),
) -> Result<(), DbError> {
    if amount.is_zero() {
        return Ok(());
    }
    store::give_back(tx, ctx, order.id, amount.minor).await?;
    ledger::book_gift_return(tx, ctx, order, (id.to_string(), amount), made_of)
        .await
        .map_err(DbError::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However an order goes back, card and payment get what they paid, and neither ever more.
        #[test]
        fn parts_are_what_was_paid(card in 0_i64..100_000, rest in 0_i64..100_000, cuts in prop::collection::vec(1_i64..60_000, 0..9)) {
            let eur = |minor| Money::new(minor, "EUR".parse().unwrap());
            let (mut card_left, mut all_left) = (card, card + rest);
            for cut in cuts.into_iter().chain([i64::MAX]) {
                let back = cut.min(all_left);
                let part = share_of(eur(back), eur(card_left), eur(all_left)).minor;
                prop_assert!(part >= 0 && part <= card_left);
                let by_payment = back - part;
                prop_assert!(by_payment <= all_left - card_left);
                card_left -= part;
                all_left -= back;
            }
            prop_assert_eq!((card_left, all_left), (0, 0));
        }
    }
}
