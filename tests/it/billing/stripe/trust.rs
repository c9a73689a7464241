//! When money stays although its time has come: rests after a new bank account, and how far a payee is trusted.

use std::sync::Arc;

use bilten_billing::{
    payees::{self, PayeeAccount, PayeeAccounts, Payees, RestWhy, Tier},
    payouts::PayoutState,
};

use super::{
    balances::{DAY, NET, buy, days, gathered, states, tend},
    shop::Shop,
};

pub(super) fn accounts(shop: &Shop) -> Payees {
    let stripe: Arc<dyn PayeeAccounts> = Arc::new(shop.fake.provider());
    Payees::new(shop.till.app.db.clone(), shop.till.app.platform.clone(), [stripe])
}

async fn payee(shop: &Shop) -> PayeeAccount {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    payees::find_current(&mut tx, "stripe").await.unwrap().unwrap()
}

/// The provider tells how the account stands.
pub(super) async fn hear(shop: &Shop) {
    let payee = payee(shop).await;
    payees::refresh(&accounts(shop), &shop.till.ctx(), payee.id)
        .await
        .unwrap();
}

async fn rests(shop: &Shop) -> Vec<payees::Rest> {
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    payees::list_rests(&mut tx, ctx.now()).await.unwrap()
}

/// 89
#[tokio::test]
async fn money_rests_for_three_days_after_the_bank_account_changed() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    shop.fake.set_bank(&shop.account, "of_the_owner");
    hear(&shop).await;
    assert_eq!(rests(&shop).await, [], "the first account is no change");
    hear(&shop).await;
    days(&shop, 82).await;
    shop.fake.set_bank(&shop.account, "of_a_thief");
    hear(&shop).await;
    let resting = rests(&shop).await;
    assert_eq!((resting.len(), resting[0].why), (1, RestWhy::BankChanged));
    assert_eq!(
        resting[0].until,
        Some(shop.till.ctx().now() + jiff::SignedDuration::from_hours(72))
    );
    days(&shop, 2).await;
    assert_eq!(states(&shop).await, [], "not even at its deadline");
    days(&shop, 2).await;
    assert_eq!(states(&shop).await, [(PayoutState::InTransit, NET)]);
    assert_eq!(rests(&shop).await, []);
}

#[tokio::test]
async fn a_payout_that_is_decided_but_not_sent_waits_for_the_new_bank_account_as_well() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    shop.fake.set_bank(&shop.account, "of_the_owner");
    hear(&shop).await;
    days(&shop, 82).await;
    shop.till.advance(2 * DAY);
    tend(&shop).await;
    assert_eq!(states(&shop).await, [(PayoutState::Reserved, NET)]);
    shop.fake.set_bank(&shop.account, "of_a_thief");
    hear(&shop).await;
    shop.work().await;
    days(&shop, 1).await;
    assert_eq!(states(&shop).await, [(PayoutState::Reserved, NET)]);
    assert_eq!(shop.fake.balance_of(&shop.account), NET, "nothing has left");
    days(&shop, 3).await;
    assert_eq!(states(&shop).await, [(PayoutState::InTransit, NET)]);
}

#[tokio::test]
async fn an_operator_lets_money_rest_and_lifts_it_with_a_reason() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    let payee = payee(&shop).await;
    let at = ("stripe", payee.account.as_ref().unwrap());
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    assert!(
        payees::hold(&ctx, &mut tx, at, " ").await.is_err(),
        "somebody must say why"
    );
    assert!(payees::hold(&ctx, &mut tx, at, "Complaints of buyers").await.unwrap());
    assert!(!payees::hold(&ctx, &mut tx, at, "Again").await.unwrap());
    tx.commit().await.unwrap();
    days(&shop, 84).await;
    assert_eq!(states(&shop).await, []);
    let rest = rests(&shop).await.remove(0);
    assert_eq!((rest.why, rest.until), (RestWhy::Operator, None));
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    payees::lift(&ctx, &mut tx, rest.id, "The show takes place")
        .await
        .unwrap();
    assert!(payees::lift(&ctx, &mut tx, rest.id, "Again").await.is_err(), "once");
    tx.commit().await.unwrap();
    days(&shop, 1).await;
    assert_eq!(states(&shop).await, [(PayoutState::InTransit, NET)]);
    let told = "select count(*) from bilten.audit_entries where action like 'payout.rest_%'";
    assert_eq!(shop.till.count(told).await, 2);
}

#[tokio::test]
async fn an_account_that_its_provider_does_not_pay_out_is_left_alone() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    let stop =
        "with done as (update bilten.payee_accounts set payouts_enabled = false returning 1) select count(*) from done";
    shop.till.count(stop).await;
    days(&shop, 84).await;
    assert_eq!(states(&shop).await, []);
    hear(&shop).await;
    days(&shop, 1).await;
    assert_eq!(states(&shop).await, [(PayoutState::InTransit, NET)]);
}

/// Three orders, of which two are as much as a new payee may be paid before its event.
async fn buy_much(shop: &Shop) -> i64 {
    for token in ["ctoken_visa_1", "ctoken_visa_2", "ctoken_visa_3"] {
        let cart = shop.till.cart_of(shop.till.paid_type, 10).await.unwrap();
        shop.till.quote(cart).await;
        shop.pay(cart, token).await;
    }
    gathered(shop, 3).await;
    10 * NET
}

#[tokio::test]
async fn more_than_a_new_payee_may_owe_stays_until_the_last_days() {
    let shop = Shop::open(40).await;
    let each = buy_much(&shop).await;
    days(&shop, 84).await;
    let some = [(PayoutState::InTransit, 2 * each)];
    assert_eq!(states(&shop).await, some, "the third order waits");
    days(&shop, 3).await;
    assert_eq!(states(&shop).await, some);
    days(&shop, 2).await;
    let all = [some[0], (PayoutState::InTransit, each)];
    assert_eq!(states(&shop).await, all, "the provider keeps nothing for ever");
}

#[tokio::test]
async fn who_is_vouched_for_is_paid_all_at_the_deadline() {
    let shop = Shop::open(40).await;
    let each = buy_much(&shop).await;
    let ctx = shop.till.ctx();
    let id = payee(&shop).await.id;
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    payees::vouch(&ctx, &mut tx, id, Tier::Trusted).await.unwrap();
    tx.commit().await.unwrap();
    days(&shop, 84).await;
    assert_eq!(states(&shop).await, [(PayoutState::InTransit, 3 * each)]);
    assert_eq!(
        payee(&shop).await.tier,
        Tier::Trusted,
        "the daily reckoning takes no word back"
    );
}

#[tokio::test]
async fn an_event_that_took_place_makes_a_payee_known() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    days(&shop, 80).await;
    assert_eq!(payee(&shop).await.tier, Tier::Unproven);
    days(&shop, 20).await;
    assert_eq!(payee(&shop).await.tier, Tier::Known);
    let told = "select count(*) from bilten.audit_entries where action = 'payee.tier_changed'";
    assert_eq!(shop.till.count(told).await, 1);
}
