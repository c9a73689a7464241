//! The worked numbers of gift cards, at the prices of [`worked`](super::worked).

use super::{
    worked::{P, Rows, T, check, dispute, eur, event, head, price, sold_for},
    *,
};
use crate::ledger::{facts::SaleFacts, txn::Kind};

#[test]
fn gift_cards_are_owed_until_they_pay_and_again_when_tickets_come_back() {
    use Code::*;
    for (name, is_paid, code) in [("sold", true, CashBox), ("given away", false, Discounts)] {
        check(
            name,
            gift_card_made(head(Kind::GiftCardSold), T, is_paid, eur(5000)),
            vec![(T, code, "EUR", 5000), (T, GiftCardLiability, "EUR", -5000)],
        );
    }
    // What the card pays, what the payment brings the payee, and what of the fee is invoiced.
    for (card, comes, invoiced) in [(5000, 6612, 0), (11_800, 0, 188), (11_900, 0, 288)] {
        let facts = SaleFacts {
            gift_card: eur(card),
            ..sold_for(price(10_000, 0, 1900), 288, 0)
        };
        let wanted = [
            (T, PspPending, "EUR", comes),
            (T, GiftCardLiability, "EUR", card),
            (T, PlatformFeeExpense, "EUR", 288),
            (T, PlatformFeePayable, "EUR", -invoiced),
            (T, TicketDeferred, "EUR", -10_000),
            (T, TaxPayable, "EUR", -1900),
            (P, PspPending, "EUR", 288 - invoiced),
            (P, PayeeReceivable, "EUR", invoiced),
            (P, PlatformFeeRevenue, "EUR", -288),
        ];
        let wanted: Rows = wanted.into_iter().filter(|(.., minor)| *minor != 0).collect();
        check(&format!("a card that pays {card}"), sale(&facts), wanted);
    }
    check(
        "back to the card",
        returned_to_gift_card(head(Kind::RefundRequested), T, event(), &price(10_000, 0, 1900)),
        vec![
            (T, TicketDeferred, "EUR", 10_000),
            (T, TaxPayable, "EUR", 1900),
            (T, GiftCardLiability, "EUR", -11_900),
        ],
    );
}

#[test]
fn cards_that_the_shop_sells_go_back_or_are_earned_as_far_as_they_are_left() {
    use Code::*;
    check(
        "bought in the shop",
        gift_card_sold(head(Kind::GiftCardSold), T, "acct", eur(5000)),
        vec![(T, PspPending, "EUR", 5000), (T, GiftCardLiability, "EUR", -5000)],
    );
    check(
        "given back when 15.00 were spent, and 5.00 had been refused before",
        gift_card_refunded(head(Kind::RefundRequested), T, (eur(3500), eur(1500), eur(500))),
        vec![
            (T, GiftCardLiability, "EUR", 3500),
            (T, Discounts, "EUR", 1500),
            (T, CustomerRefundDue, "EUR", 500),
            (T, RefundClearing, "EUR", -5500),
        ],
    );
    check(
        "earned",
        gift_card_earned(head(Kind::GiftCardEarned), T, eur(800)),
        vec![(T, GiftCardLiability, "EUR", 800), (T, GiftCardBreakage, "EUR", -800)],
    );
    let facts = DisputeFacts {
        amount: eur(5000),
        ..dispute(Kind::DisputeLost, 5000, 0)
    };
    let lost = Loss {
        card: eur(3500),
        ..Loss::of(eur(0))
    };
    check(
        "contested and lost when 15.00 were spent",
        dispute_lost(&facts, &lost),
        vec![
            (T, DisputeHold, "EUR", -5000),
            (T, GiftCardLiability, "EUR", 3500),
            (T, DisputeLoss, "EUR", 1500),
        ],
    );
}
