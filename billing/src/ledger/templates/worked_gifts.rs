//! The worked numbers of gift cards, at the prices of [`worked`](super::worked).

use super::{
    worked::{P, Rows, T, check, eur, event, head, price, sold_for},
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
