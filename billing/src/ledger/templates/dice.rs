//! All templates under dice: whatever the amounts, currencies and taxes, every book sums to nothing at every step.

use std::collections::BTreeMap;

use bilten_kernel::{Currency, Money, Timestamp};
use proptest::prelude::*;

use super::{
    worked::{T, dispute, eur, event, head, payout, refund, sold_for},
    *,
};
use crate::ledger::{
    facts::{Breakdown, SaleFacts, TaxPart},
    txn::Kind,
};

/// Amounts of one life of an order, in a currency of 0, 2 or 3 decimals, with 0 to 3 rates of tax.
#[derive(Debug, Clone)]
struct Life {
    currency: Currency,
    tickets: i64,
    fee: i64,
    taxes: Vec<i64>,
    platform_fee: i64,
    commission: i64,
    back: i64,
}

fn lives() -> impl Strategy<Value = Life> {
    let currency = prop::sample::select(vec!["JPY", "EUR", "KWD"]);
    let taxes = prop::collection::vec(0_i64..3_000_000, 0..4);
    (
        currency,
        1_000_i64..10_000_000,
        0_i64..10_000,
        taxes,
        0_i64..400,
        0_i64..400,
        1_i64..=1_000,
    )
        .prop_map(|(currency, tickets, fee, taxes, platform_fee, commission, back)| Life {
            currency: currency.parse().unwrap(),
            tickets,
            fee,
            taxes,
            platform_fee,
            commission,
            back,
        })
}

/// Everything that may happen to such an order.
fn all_of(life: &Life) -> Vec<NewTxn> {
    let of = |minor| Money::new(minor, life.currency);
    let tax = |(n, minor): (usize, &i64)| TaxPart {
        code: "T".to_owned(),
        rate_bp: u32::try_from(n).unwrap() * 500,
        amount: of(*minor),
        base: None,
    };
    let facts = SaleFacts {
        price: Breakdown {
            tickets: of(life.tickets),
            service_fee: of(life.fee),
            donation: of(life.fee / 2),
            taxes: life.taxes.iter().enumerate().map(tax).collect(),
        },
        platform_fee: of(life.platform_fee),
        commission: of(life.commission),
        gift_card: of(0),
        ..sold_for(Breakdown::plain(eur(1)), 0, 0)
    };
    let by_transfer = SaleFacts {
        provider: String::new(),
        ..facts.clone()
    };
    let (part, rest) = {
        let back = of(life.back);
        let rest = facts.price.gross().unwrap().checked_sub(back).unwrap();
        let part = facts.price.part(back).unwrap();
        let rest = facts.price.less(&part).unwrap().part(rest).unwrap();
        (part, rest)
    };
    let gross = facts.price.gross().unwrap();
    let refund_of = |undone, fee_returned| RefundFacts {
        fee_returned,
        ..refund(undone)
    };
    let contest = |kind| DisputeFacts {
        amount: gross,
        fee: of(7),
        ..dispute(kind, 1, 1)
    };
    let lost = |undone: Option<Breakdown>| Loss {
        due: of(0),
        undone: undone.map(|undone| (event(), undone)),
        card: of(0),
    };
    let made = [
        sale(&facts),
        collected_sale(&facts, of(life.platform_fee)),
        offline_sale(&by_transfer, of(life.back)),
        cash_sale(&facts),
        cash_handed_out(head(Kind::RefundSettled), T, gross),
        cash_without_sale(head(Kind::MoneyWithoutSale), T, gross),
        offline_money(head(Kind::OfflineMoney), T, gross),
        money_without_sale(head(Kind::MoneyWithoutSale), T, "acct", (gross, of(life.platform_fee))),
        refund_requested(&refund_of(part, of(0))),
        refund_requested(&refund_of(rest, of(life.platform_fee))),
        refund_settled(head(Kind::RefundSettled), T, "acct", gross, of(life.platform_fee)),
        refund_failed(head(Kind::RefundFailed), T, gross, of(life.platform_fee)),
        kept_of_return(head(Kind::ReturnKept), T, event(), &facts.price),
        dispute_opened(&contest(Kind::DisputeOpened)),
        dispute_won(&contest(Kind::DisputeWon)),
        dispute_lost(&contest(Kind::DisputeLost), &lost(Some(facts.price.clone()))),
        dispute_lost(&contest(Kind::DisputeLost), &lost(None)),
    ];
    let made = made.into_iter().chain(beside(life, gross));
    made.map(|made| made.expect("the facts fit")).collect()
}

/// What happens beside the order.
fn beside(life: &Life, gross: Money) -> Vec<Result<NewTxn, Unbalanced>> {
    let of = |minor| Money::new(minor, life.currency);
    let paid_out = PayoutFacts {
        amount: gross,
        ..payout(1)
    };
    vec![
        negative_covered(head(Kind::NegativeCovered), T, "acct", gross),
        written_off(head(Kind::WrittenOff), T, gross),
        funds_available(&paid_out),
        payout_sent(&paid_out),
        payout_paid(&paid_out),
        payout_failed(&paid_out),
        event_held(head(Kind::EventHeld), T, event(), of(life.tickets), of(-life.fee)),
        gift_card_sold(head(Kind::GiftCardSold), T, "acct", gross),
        conversion(
            head(Kind::Conversion),
            T,
            "acct",
            gross,
            Money::new(life.tickets, "CHF".parse().unwrap()),
        ),
    ]
}

fn add(balances: &mut BTreeMap<i64, i128>, sums: &mut BTreeMap<(Book, String), i128>, txn: &NewTxn) {
    for posting in txn.postings() {
        let account = &posting.account;
        *balances.entry(account.number()).or_default() += i128::from(posting.minor);
        *sums
            .entry((account.book, account.currency.code().to_owned()))
            .or_default() += i128::from(posting.minor);
    }
}

proptest! {
    #[test]
    fn every_template_balances_in_every_currency_at_every_step(lives in prop::collection::vec(lives(), 1..6)) {
        let (mut balances, mut sums) = (BTreeMap::new(), BTreeMap::new());
        for txn in lives.iter().flat_map(all_of) {
            add(&mut balances, &mut sums, &txn);
            prop_assert!(sums.values().all(|sum| *sum == 0), "{:?}", txn.head().kind);
            prop_assert!(txn.postings().windows(2).all(|two| two[0].account.number() < two[1].account.number()));
        }
    }

    #[test]
    fn a_transaction_and_its_reversal_are_nothing(life in lives()) {
        for txn in all_of(&life) {
            let (mut balances, mut sums) = (BTreeMap::new(), BTreeMap::new());
            add(&mut balances, &mut sums, &txn);
            let reversal = txn.reversal(Timestamp::UNIX_EPOCH).unwrap();
            prop_assert_eq!(reversal.head().kind, Kind::Reversal);
            add(&mut balances, &mut sums, &reversal);
            prop_assert!(balances.values().all(|balance| *balance == 0));
        }
    }

    #[test]
    fn amounts_survive_being_written_in_any_number_of_decimals(minor in any::<i64>(), code in prop::sample::select(vec!["JPY", "EUR", "KWD"])) {
        let currency: Currency = code.parse().unwrap();
        let json = serde_json::to_string(&Money::new(minor, currency)).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), Money::new(minor, currency));
        let over = Money::new(i64::MAX, currency).checked_add(Money::new(minor.max(1), currency));
        prop_assert!(over.is_err());
    }
}
