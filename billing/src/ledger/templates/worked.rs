//! The worked numbers: every posting group with amounts that somebody computed by hand.
//!
//! A ticket of 119.00 with 19 % tax inside; the platform's fee is 2 % and 0.50, the provider's 2.04.

use bilten_kernel::{EventId, Money, OrderId, RefundId, Timestamp};
use uuid::Uuid;

use super::*;
use crate::ledger::{
    facts::{Breakdown, SaleFacts, TaxPart},
    txn::Kind,
};

pub(super) const T: Book = Book::Tenant;
pub(super) const P: Book = Book::Platform;

pub(super) fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

fn vat(amount: Money) -> TaxPart {
    TaxPart {
        code: "DE".to_owned(),
        rate_bp: 1900,
        amount,
        base: None,
    }
}

fn order() -> OrderId {
    Uuid::from_u128(1).into()
}

pub(super) fn event() -> EventId {
    Uuid::from_u128(2).into()
}

pub(super) fn price(tickets: i64, fee: i64, tax: i64) -> Breakdown {
    Breakdown {
        tickets: eur(tickets),
        service_fee: eur(fee),
        donation: eur(0),
        taxes: vec![vat(eur(tax))],
    }
}

pub(super) fn sold_for(price: Breakdown, platform_fee: i64, commission: i64) -> SaleFacts {
    SaleFacts {
        order: order(),
        event: event(),
        at: Timestamp::UNIX_EPOCH,
        payee: T,
        provider: "acct".to_owned(),
        price,
        platform_fee: eur(platform_fee),
        commission: eur(commission),
        gift_card: eur(0),
    }
}

pub(super) fn head(kind: Kind) -> Head {
    Head::new(kind, "key".to_owned(), Timestamp::UNIX_EPOCH)
}

pub(super) fn refund(undone: Breakdown) -> RefundFacts {
    let id: RefundId = Uuid::from_u128(3).into();
    let of = (order(), Some(event()));
    let head = refund::refund_head(Kind::RefundRequested, id, Timestamp::UNIX_EPOCH, of);
    RefundFacts::new(head, T, event(), undone)
}

pub(super) fn dispute(kind: Kind, amount: i64, fee: i64) -> DisputeFacts {
    DisputeFacts {
        head: head(kind),
        payee: T,
        provider: "acct".to_owned(),
        amount: eur(amount),
        fee: eur(fee),
    }
}

pub(super) fn loss(due: i64, undone: Option<Breakdown>) -> Loss {
    let mut loss = Loss::of(eur(due));
    loss.undone = undone.map(|undone| (event(), undone));
    loss
}

pub(super) fn payout(minor: i64) -> PayoutFacts {
    PayoutFacts {
        key: "key".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        book: T,
        provider: "acct".to_owned(),
        amount: eur(minor),
    }
}

pub(super) type Rows = Vec<(Book, Code, &'static str, i64)>;

/// Compares what a template posts with what was computed by hand.
pub(super) fn check(name: &str, made: Result<NewTxn, Unbalanced>, mut wanted: Rows) {
    let txn = made.unwrap_or_else(|error| panic!("{name}: {error}"));
    let posted = txn.postings().iter();
    let mut posted: Rows = posted
        .map(|p| (p.account.book, p.account.code, p.account.currency.code(), p.minor))
        .collect();
    posted.sort();
    wanted.sort();
    assert_eq!(posted, wanted, "{name}");
}

#[test]
fn sales_are_booked_by_the_worked_numbers() {
    use Code::*;
    let fee_of = |fee: i64, more: i64| vec![(P, PspPending, "EUR", fee + more), (P, PlatformFeeRevenue, "EUR", -fee)];
    let rows = |own: Rows, platform: Rows| own.into_iter().chain(platform).collect::<Rows>();
    check(
        "S1 fee absorbed",
        sale(&sold_for(price(10_000, 0, 1900), 288, 0)),
        rows(
            vec![
                (T, PspPending, "EUR", 11_612),
                (T, PlatformFeeExpense, "EUR", 288),
                (T, TicketDeferred, "EUR", -10_000),
                (T, TaxPayable, "EUR", -1900),
            ],
            fee_of(288, 0),
        ),
    );
    check(
        "S1b provider's fee",
        provider_fee("txn_1".to_owned(), Timestamp::UNIX_EPOCH, "acct", eur(204)),
        vec![(P, PspCost, "EUR", 204), (P, PspPending, "EUR", -204)],
    );
    check(
        "S2 fee passed on",
        sale(&sold_for(price(10_000, 252, 1948), 288, 0)),
        rows(
            vec![
                (T, PspPending, "EUR", 11_912),
                (T, PlatformFeeExpense, "EUR", 288),
                (T, TicketDeferred, "EUR", -10_000),
                (T, ServiceFeeDeferred, "EUR", -252),
                (T, TaxPayable, "EUR", -1948),
            ],
            fee_of(288, 0),
        ),
    );
    let mut with_commission = fee_of(288, 100);
    with_commission.push((P, PartnerCommissionPayable, "EUR", -100));
    check(
        "S3 commission",
        sale(&sold_for(price(10_000, 0, 1900), 288, 100)),
        rows(
            vec![
                (T, PspPending, "EUR", 11_512),
                (T, PlatformFeeExpense, "EUR", 388),
                (T, TicketDeferred, "EUR", -10_000),
                (T, TaxPayable, "EUR", -1900),
            ],
            with_commission,
        ),
    );
    check(
        "S4 collected by the platform",
        collected_sale(&sold_for(price(10_000, 0, 1900), 288, 0), eur(204)),
        vec![
            (P, PspPending, "EUR", 11_696),
            (P, PspCost, "EUR", 204),
            (P, PayeePayableHeld, "EUR", -11_612),
            (P, PlatformFeeRevenue, "EUR", -288),
        ],
    );
    check(
        "M1 money without sale",
        money_without_sale(head(Kind::MoneyWithoutSale), T, "acct", (eur(11_900), eur(0))),
        vec![(T, PspPending, "EUR", 11_900), (T, RefundClearing, "EUR", -11_900)],
    );
}

#[test]
fn refunds_are_booked_by_the_worked_numbers() {
    use Code::*;
    let undone = |tickets: i64, tax: i64, back: i64| {
        vec![
            (T, TicketDeferred, "EUR", tickets),
            (T, TaxPayable, "EUR", tax),
            (T, RefundClearing, "EUR", -back),
        ]
    };
    let with_fee = RefundFacts {
        fee_returned: eur(288),
        ..refund(price(10_000, 0, 1900))
    };
    let mut r1 = undone(10_000, 1900, 11_612);
    r1.extend([
        (T, PlatformFeeExpense, "EUR", -288),
        (P, PlatformFeeRevenue, "EUR", 288),
        (P, RefundClearing, "EUR", -288),
    ]);
    check("R1 full, fee returned", refund_requested(&with_fee), r1);
    let settled = refund_settled(head(Kind::RefundSettled), T, "acct", eur(11_900), eur(288));
    check(
        "R1s settled",
        settled,
        vec![
            (T, RefundClearing, "EUR", 11_612),
            (T, PspAvailable, "EUR", -11_612),
            (P, RefundClearing, "EUR", 288),
            (P, PspAvailable, "EUR", -288),
        ],
    );
    let full = refund(price(10_000, 0, 1900));
    check(
        "R2 full, fee kept",
        refund_requested(&full),
        undone(10_000, 1900, 11_900),
    );
    let half = refund(price(10_000, 0, 1900).part(eur(5950)).unwrap());
    check("R3 half", refund_requested(&half), undone(5000, 950, 5950));
    let less = RefundFacts {
        kept: eur(840),
        kept_taxes: vec![vat(eur(160))],
        ..full
    };
    let mut r4 = undone(10_000, 1740, 10_900);
    r4.push((T, CancellationFeeIncome, "EUR", -840));
    check("R4 less a cancellation fee", refund_requested(&less), r4);
}

#[test]
fn refused_refunds_and_what_is_kept_are_booked_by_the_worked_numbers() {
    use Code::*;
    check(
        "R5 refused",
        refund_failed(head(Kind::RefundFailed), T, eur(11_900), eur(0)),
        vec![
            (T, RefundClearing, "EUR", 11_900),
            (T, CustomerRefundDue, "EUR", -11_900),
        ],
    );
    let nothing = RefundFacts {
        due: eur(11_900),
        ..refund(price(0, 0, 0))
    };
    check(
        "R6 again",
        refund_requested(&nothing),
        vec![
            (T, RefundClearing, "EUR", -11_900),
            (T, CustomerRefundDue, "EUR", 11_900),
        ],
    );
    // R4 in two steps: the refund of what goes back, and what is kept of the rest.
    let whole = price(10_000, 0, 1900);
    let back = whole.part(eur(10_900)).unwrap();
    check(
        "R4a goes back",
        refund_requested(&refund(back.clone())),
        vec![
            (T, TicketDeferred, "EUR", 9160),
            (T, TaxPayable, "EUR", 1740),
            (T, RefundClearing, "EUR", -10_900),
        ],
    );
    let kept = whole.less(&back).unwrap().part(eur(1000)).unwrap();
    check(
        "R4b is kept",
        kept_of_return(head(Kind::ReturnKept), T, event(), &kept),
        vec![(T, TicketDeferred, "EUR", 840), (T, CancellationFeeIncome, "EUR", -840)],
    );
}

#[test]
fn disputes_and_debts_are_booked_by_the_worked_numbers() {
    use Code::*;
    check(
        "D1 opened",
        dispute_opened(&dispute(Kind::DisputeOpened, 11_900, 2000)),
        vec![
            (T, DisputeHold, "EUR", 11_900),
            (T, DisputeFeeExpense, "EUR", 2000),
            (T, PspAvailable, "EUR", -13_900),
        ],
    );
    let won = dispute(Kind::DisputeWon, 11_900, 2000);
    check(
        "D2 won",
        dispute_won(&won),
        vec![
            (T, DisputeHold, "EUR", -11_900),
            (T, DisputeFeeExpense, "EUR", -2000),
            (T, PspAvailable, "EUR", 13_900),
        ],
    );
    check(
        "D2 won, fee gone",
        dispute_won(&won.without_fee()),
        vec![(T, DisputeHold, "EUR", -11_900), (T, PspAvailable, "EUR", 11_900)],
    );
    let lost = dispute(Kind::DisputeLost, 11_900, 0);
    check(
        "D3 lost before the event",
        dispute_lost(&lost, &loss(0, Some(price(10_000, 0, 1900)))),
        vec![
            (T, TicketDeferred, "EUR", 10_000),
            (T, TaxPayable, "EUR", 1900),
            (T, DisputeHold, "EUR", -11_900),
        ],
    );
    check(
        "D3b lost after the event",
        dispute_lost(&lost, &loss(0, None)),
        vec![(T, DisputeLoss, "EUR", 11_900), (T, DisputeHold, "EUR", -11_900)],
    );
    check(
        "D3c lost after a refund that did not arrive",
        dispute_lost(&lost, &loss(900, Some(price(5000, 0, 950)))),
        vec![
            (T, CustomerRefundDue, "EUR", 900),
            (T, TicketDeferred, "EUR", 5000),
            (T, TaxPayable, "EUR", 950),
            (T, DisputeLoss, "EUR", 5050),
            (T, DisputeHold, "EUR", -11_900),
        ],
    );
}

#[test]
fn negative_balances_are_booked_by_the_worked_numbers() {
    use Code::*;
    check(
        "N1 negative balance covered",
        negative_covered(head(Kind::NegativeCovered), T, "acct", eur(13_900)),
        vec![
            (T, PspAvailable, "EUR", 13_900),
            (T, DueToPlatform, "EUR", -13_900),
            (P, PayeeReceivable, "EUR", 13_900),
            (P, PspAvailable, "EUR", -13_900),
        ],
    );
    check(
        "N2 written off",
        written_off(head(Kind::WrittenOff), T, eur(13_900)),
        vec![
            (T, DueToPlatform, "EUR", 13_900),
            (T, DebtForgivenIncome, "EUR", -13_900),
            (P, BadDebt, "EUR", 13_900),
            (P, PayeeReceivable, "EUR", -13_900),
        ],
    );
}

#[test]
fn cash_is_booked_by_the_worked_numbers() {
    use Code::*;
    check(
        "F3 by cash",
        cash_sale(&sold_for(price(10_000, 0, 1900), 288, 0)),
        vec![
            (T, CashBox, "EUR", 11_900),
            (T, TicketDeferred, "EUR", -10_000),
            (T, TaxPayable, "EUR", -1900),
            (T, PlatformFeeExpense, "EUR", 288),
            (T, PlatformFeePayable, "EUR", -288),
            (P, PayeeReceivable, "EUR", 288),
            (P, PlatformFeeRevenue, "EUR", -288),
        ],
    );
    let pair = |debit, credit| vec![(T, debit, "EUR", 11_900), (T, credit, "EUR", -11_900)];
    let back = cash_handed_out(head(Kind::RefundSettled), T, eur(11_900));
    check("F4 cash handed out", back, pair(RefundClearing, CashBox));
    let odd = cash_without_sale(head(Kind::MoneyWithoutSale), T, eur(11_900));
    check("F5 cash without a sale", odd, pair(CashBox, RefundClearing));
}

#[test]
fn payouts_and_occasions_are_booked_by_the_worked_numbers() {
    use Code::*;
    let pair = |debit, credit, minor: i64| vec![(T, debit, "EUR", minor), (T, credit, "EUR", -minor)];
    check(
        "O1 sent",
        payout_sent(&payout(50_000)),
        pair(PayoutInTransit, PspAvailable, 50_000),
    );
    check(
        "O2 paid",
        payout_paid(&payout(50_000)),
        pair(Bank, PayoutInTransit, 50_000),
    );
    check(
        "O3 failed",
        payout_failed(&payout(50_000)),
        pair(PspAvailable, PayoutInTransit, 50_000),
    );
    check(
        "A1 available",
        funds_available(&payout(50_000)),
        pair(PspAvailable, PspPending, 50_000),
    );
    let held = event_held(head(Kind::EventHeld), T, event(), eur(10_000), eur(0));
    check("E1 event held", held, pair(TicketDeferred, TicketRevenue, 10_000));
    let card = gift_card_sold(head(Kind::GiftCardSold), T, "acct", eur(5000));
    check("V1 gift card sold", card, pair(PspPending, GiftCardLiability, 5000));
    check(
        "V2 gift card spent",
        offline_sale(&sold_for(price(10_000, 0, 1900), 0, 0), eur(5000)),
        vec![
            (T, PspPending, "EUR", 6900),
            (T, GiftCardLiability, "EUR", 5000),
            (T, TicketDeferred, "EUR", -10_000),
            (T, TaxPayable, "EUR", -1900),
        ],
    );
    let by_transfer = SaleFacts {
        provider: String::new(),
        ..sold_for(price(10_000, 0, 1900), 288, 0)
    };
    check(
        "F1 by transfer",
        offline_sale(&by_transfer, eur(0)),
        vec![
            (T, OfflineReceivable, "EUR", 11_900),
            (T, TicketDeferred, "EUR", -10_000),
            (T, TaxPayable, "EUR", -1900),
            (T, PlatformFeeExpense, "EUR", 288),
            (T, PlatformFeePayable, "EUR", -288),
            (P, PayeeReceivable, "EUR", 288),
            (P, PlatformFeeRevenue, "EUR", -288),
        ],
    );
    let came = offline_money(head(Kind::OfflineMoney), T, eur(11_900));
    check("F2 money came", came, pair(Bank, OfflineReceivable, 11_900));
}

#[test]
fn subscriptions_and_conversions_are_booked_by_the_worked_numbers() {
    use Code::*;
    let saas = SaasFacts {
        key: "inv".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        net: eur(9900),
        tax: vat(eur(1881)),
    };
    check(
        "B1 subscription invoiced",
        saas_invoice(&saas),
        vec![
            (P, SaasReceivable, "EUR", 11_781),
            (P, SaasDeferred, "EUR", -9900),
            (P, PlatformTaxPayable, "EUR", -1881),
        ],
    );
    check(
        "B2 a month earned",
        saas_earned("month".to_owned(), Timestamp::UNIX_EPOCH, eur(825)),
        vec![(P, SaasDeferred, "EUR", 825), (P, SaasRevenue, "EUR", -825)],
    );
    let nok = Money::new(115_000, "NOK".parse().unwrap());
    check(
        "X1 conversion",
        conversion(head(Kind::Conversion), T, "acct", eur(10_000), nok),
        vec![
            (T, PspAvailable, "EUR", -10_000),
            (T, FxPosition, "EUR", 10_000),
            (T, PspAvailable, "NOK", 115_000),
            (T, FxPosition, "NOK", -115_000),
        ],
    );
}

#[test]
fn facts_that_contradict_each_other_are_refused() {
    let free = sold_for(Breakdown::plain(eur(0)), 0, 0);
    assert_eq!(
        sale(&free),
        Err(Unbalanced::Count(0)),
        "nothing is booked for free tickets"
    );
    let mut mixed = sold_for(price(10_000, 0, 1900), 288, 0);
    mixed.platform_fee = Money::new(288, "NOK".parse().unwrap());
    assert!(matches!(sale(&mixed), Err(Unbalanced::Money(_))));
    let lost = dispute(Kind::DisputeLost, 11_900, 0);
    for other in [loss(1, Some(price(10_000, 0, 1900))), loss(11_901, None)] {
        let over = Err(Unbalanced::Money(bilten_kernel::MoneyError::Overflow));
        assert_eq!(dispute_lost(&lost, &other), over);
    }
    let off = Unbalanced::Off {
        book: T,
        currency: "EUR".parse().unwrap(),
        minor: 1,
    };
    let odd = Draft::new(head(Kind::Sale)).debit(T, Code::Bank, Dimension::None, eur(3));
    assert_eq!(odd.credit(T, Code::CashBox, Dimension::None, eur(2)).finish(), Err(off));
    let all = Draft::new(head(Kind::Sale)).debit(T, Code::Bank, Dimension::None, eur(i64::MAX));
    let over = all.debit(T, Code::Bank, Dimension::None, eur(1)).finish();
    assert_eq!(over, Err(Unbalanced::Money(bilten_kernel::MoneyError::Overflow)));
}
