//! The tenant's share of the fees: settled when it cannot go back any more, sent by a transfer, tried again for ever.

use bilten_billing::{
    commission::{self, Every, Settlement, SettlementState, Terms},
    ledger::{self, Book, Code},
    refunds,
};
use bilten_core::pricing::{self, FeeBand, FeeBase, FeeBasis, FeeRule, Payer, RuleRef};
use bilten_tests::fakes::StripeFault;

use super::{
    super::till::PRICE,
    balances::{DAY, buy, look, prove, tend},
    shop::Shop,
};

/// The tenant's share, in hundredths of a per cent.
const SHARE_BP: i32 = 200;
const SHARE: i64 = PRICE * 2 / 100;

async fn agree(shop: &Shop) {
    let ctx = shop.till.ctx();
    let rule = FeeRule {
        rule: RuleRef::numbered(3, 1),
        payer: Payer::Payee,
        basis: FeeBasis::PerTicket,
        base: FeeBase::Gross,
        is_paid_only: true,
        currency: None,
        from: None,
        to: None,
        bands: vec![FeeBand {
            rate_bp: SHARE_BP,
            ..FeeBand::default()
        }],
    };
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    pricing::set_commission(&ctx, &mut tx, vec![rule]).await.unwrap();
    let terms = Terms {
        every: Every::Week,
        after_days: 14,
    };
    commission::set_terms(&ctx, &mut tx, terms).await.unwrap();
    tx.commit().await.unwrap();
}

async fn settlements(shop: &Shop) -> Vec<Settlement> {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    commission::list(&mut tx, None, 10).await.unwrap()
}

/// What the platform owes, and what of the tenant's lies with the provider.
async fn owed(shop: &Shop) -> i64 {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let all = ledger::balances(&mut tx, Some(Code::PartnerCommissionPayable))
        .await
        .unwrap();
    assert!(all.iter().all(|balance| balance.account.book == Book::Platform));
    -all.iter().map(|balance| balance.amount.minor).sum::<i64>()
}

/// Goes to the day on which fees of the event cannot go back any more.
async fn after_the_event(shop: &Shop) {
    let until = "select extract(epoch from max(ends_at))::bigint from bilten.events";
    let end = shop.till.count(until).await;
    shop.till.advance(end - shop.till.ctx().now().as_second() + 15 * DAY);
}

async fn tend_and_work(shop: &Shop) {
    tend(shop).await;
    shop.work().await;
}

/// The money is proven. What a look saw while something was on its way is looked at again, as the hourly look does; others on the
/// server may hold the cursors back meanwhile.
async fn assert_sound(shop: &Shop) {
    for _ in 0..20 {
        if prove(shop).await.is_sound() {
            return;
        }
        tokio::task::yield_now().await;
        tend_and_work(shop).await;
    }
    panic!("{:#?}", prove(shop).await);
}

/// 87
#[tokio::test]
async fn a_transfer_that_fails_is_tried_again_by_us_until_it_goes_once() {
    let shop = Shop::open(5).await;
    agree(&shop).await;
    buy(&shop, "ctoken_visa_1").await;
    assert_eq!(owed(&shop).await, SHARE);
    tend_and_work(&shop).await;
    assert!(settlements(&shop).await.is_empty(), "it can go back still");
    after_the_event(&shop).await;
    // The platform's balance is empty, then the line breaks after the money has moved.
    tend_and_work(&shop).await;
    let first = settlements(&shop).await.remove(0);
    assert_eq!((first.state, first.amount.minor), (SettlementState::Submitting, SHARE));
    assert_eq!((first.failure.as_deref(), first.tries), (Some("insufficient_funds"), 1));
    assert_eq!(owed(&shop).await, SHARE, "nothing is booked that did not move");
    shop.fake.fund_platform(100_000);
    shop.fake.fail_next(StripeFault::CutAfter);
    shop.till.advance(3_600);
    tend_and_work(&shop).await;
    shop.fake.forget_keys();
    shop.till.advance(7_200);
    tend_and_work(&shop).await;
    let sent = settlements(&shop).await.remove(0);
    assert_eq!((sent.state, sent.failure), (SettlementState::Sent, None));
    let made = [(shop.account.clone(), SHARE, sent.id.to_string())];
    assert_eq!(shop.fake.transfers(), made, "once, whatever was lost");
    assert_eq!(owed(&shop).await, 0);
    assert_eq!(look(&shop).await.faults, [""; 0], "the statement's line is explained");
    assert_sound(&shop).await;
    // Nothing new is earned: nothing more is settled.
    shop.till.advance(8 * DAY);
    tend_and_work(&shop).await;
    assert_eq!(settlements(&shop).await.len(), 1);
}

#[tokio::test]
async fn what_went_back_to_buyers_takes_its_part_of_the_commission_with_it() {
    let shop = Shop::open(5).await;
    agree(&shop).await;
    shop.fake.fund_platform(100_000);
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    refunds::set_returns_platform_fee(&ctx, &mut tx, true).await.unwrap();
    tx.commit().await.unwrap();
    let back = buy(&shop, "ctoken_visa_1").await;
    buy(&shop, "ctoken_visa_2").await;
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, back).await.unwrap();
    tx.commit().await.unwrap();
    shop.work().await;
    after_the_event(&shop).await;
    tend_and_work(&shop).await;
    let settled = settlements(&shop).await.remove(0);
    assert_eq!((settled.amount.minor, settled.given.minor), (SHARE, SHARE));
    assert_eq!(owed(&shop).await, 0);
    assert_sound(&shop).await;
}

#[tokio::test]
async fn a_transfer_that_is_reversed_is_booked_back_and_settled_anew() {
    let shop = Shop::open(5).await;
    agree(&shop).await;
    shop.fake.fund_platform(100_000);
    buy(&shop, "ctoken_visa_1").await;
    after_the_event(&shop).await;
    tend_and_work(&shop).await;
    assert_eq!(owed(&shop).await, 0);
    shop.fake.reverse_transfer();
    shop.till.advance(3_600);
    tend_and_work(&shop).await;
    assert_eq!(settlements(&shop).await[0].state, SettlementState::Reversed);
    assert_eq!(owed(&shop).await, SHARE);
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert_sound(&shop).await;
    shop.till.advance(8 * DAY);
    tend_and_work(&shop).await;
    let states: Vec<_> = settlements(&shop).await.iter().map(|one| one.state).collect();
    assert_eq!(states, [SettlementState::Sent, SettlementState::Reversed]);
    assert_eq!(owed(&shop).await, 0);
}

#[tokio::test]
async fn commission_goes_to_the_bank_of_the_account_that_it_was_sent_to() {
    let shop = Shop::open(5).await;
    agree(&shop).await;
    shop.fake.fund_platform(100_000);
    buy(&shop, "ctoken_visa_1").await;
    after_the_event(&shop).await;
    let lot = "select coalesce(sum(allocated_minor), 0)::bigint from bilten.lots where event_id is null";
    for _ in 0..20 {
        tend_and_work(&shop).await;
        if shop.till.count(lot).await > 0 {
            break;
        }
        shop.till.advance(DAY);
    }
    assert_eq!(
        shop.till.count(lot).await,
        SHARE * 9 / 10,
        "it is in a payout like the money of orders, less the reserve"
    );
    for asked in shop.fake.recorded().iter().filter(|asked| asked.path == "/payouts") {
        assert_eq!(
            asked.account.as_deref(),
            Some(shop.account.as_str()),
            "never from the platform's own balance"
        );
    }
    shop.fake.finish_payouts("paid");
    tend_and_work(&shop).await;
    assert_sound(&shop).await;
}
