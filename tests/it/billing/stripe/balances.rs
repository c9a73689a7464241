//! Balances at Stripe against the books: every fault that somebody plants is found, and nothing is paid out while it stands.

use bilten_billing::{
    balances::{self, Look, OpenLine},
    ledger::{self, Code},
    payouts::{self, PayoutState},
    proof, refunds,
};
use bilten_core::orders::OrderState;
use bilten_kernel::OrderId;

use super::{
    super::{gifts, till::PRICE},
    shop::Shop,
};

pub(super) const DAY: i64 = 86_400;
/// What lies on the account of one ticket: the platform has taken its 5 %.
pub(super) const NET: i64 = PRICE / 20 * 19;

pub(super) async fn buy(shop: &Shop, token: &str) -> OrderId {
    let (cart, order) = shop.till.order().await;
    shop.pay(cart, token).await;
    assert_eq!(shop.till.state(order).await, OrderState::Paid);
    order
}

/// Looks twice: what was there, and what is late by then.
pub(super) async fn look(shop: &Shop) -> Look {
    balances::look(&shop.checkout, &shop.till.ctx()).await.unwrap();
    shop.till.advance(2 * 3_600);
    balances::look(&shop.checkout, &shop.till.ctx()).await.unwrap();
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let mut looks = balances::list_looks(&mut tx).await.unwrap();
    assert_eq!(looks.len(), 1, "{looks:?}");
    looks.remove(0)
}

async fn open_lines(shop: &Shop) -> Vec<OpenLine> {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    balances::list_open_lines(&mut tx).await.unwrap()
}

pub(super) async fn sum(shop: &Shop, code: Code) -> i64 {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let found = ledger::balances(&mut tx, Some(code)).await.unwrap();
    found.iter().map(|balance| balance.amount.minor).sum()
}

pub(super) async fn prove(shop: &Shop) -> proof::Proof {
    let mut tx = shop.till.app.db.begin_snapshot(shop.till.app.alfa.id).await.unwrap();
    proof::prove(&mut tx).await.unwrap()
}

pub(super) async fn tend(shop: &Shop) {
    payouts::tend(&shop.checkout, &shop.till.ctx()).await.unwrap();
}

pub(super) async fn states(shop: &Shop) -> Vec<(PayoutState, i64)> {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let listed = payouts::list_payouts(&mut tx, 100).await.unwrap();
    listed
        .iter()
        .rev()
        .map(|payout| (payout.state, payout.amount.minor))
        .collect()
}

/// Until the lots know of everything: others on the server may hold the cursor back.
pub(super) async fn gathered(shop: &Shop, orders: i64) {
    for _ in 0..200 {
        tend(shop).await;
        let lots = "select count(distinct order_id) from bilten.lots";
        if shop.till.count(lots).await >= orders {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the lots were never told");
}

/// Some days, with a look at the money each day.
pub(super) async fn days(shop: &Shop, days: i64) {
    for _ in 0..days {
        shop.till.advance(DAY);
        tend(shop).await;
        shop.work().await;
    }
}

#[tokio::test]
async fn each_line_is_about_one_thing_of_ours_and_the_sum_is_what_lies_there() {
    let shop = Shop::open(5).await;
    shop.fake.set_fee(290);
    let kept = buy(&shop, "ctoken_visa_1").await;
    let back = buy(&shop, "ctoken_visa_2").await;
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, back).await.unwrap();
    tx.commit().await.unwrap();
    shop.work().await;
    let found = look(&shop).await;
    assert_eq!(found.faults, [""; 0], "{found:?}");
    assert_eq!(found.lines_minor, 2 * (NET - 290) - PRICE);
    assert_eq!(
        (found.told_minor, found.lines_minor),
        (shop.fake.balance_of(&shop.account), found.told_minor)
    );
    assert_eq!(open_lines(&shop).await, []);
    // The provider's fee, which the payee bears, is booked once, however often it is told.
    look(&shop).await;
    assert_eq!(sum(&shop, Code::PspFeeExpense).await, 2 * 290);
    let on_account = sum(&shop, Code::PspPending).await + sum(&shop, Code::PspAvailable).await;
    assert_eq!(
        on_account,
        found.lines_minor + 2 * PRICE / 20,
        "with what lies on the platform's own account"
    );
    let proof = prove(&shop).await;
    assert!(proof.is_sound(), "{proof:#?}");
    assert_eq!((proof.lines, proof.red), (3, 0));
    assert_eq!(shop.till.state(kept).await, OrderState::Paid);
}

#[tokio::test]
async fn a_line_that_is_missing_is_found_and_nothing_is_paid_out_until_it_is_there() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    shop.fake.forge_charges(Vec::clear);
    let found = look(&shop).await;
    assert_eq!(found.faults, ["missing"]);
    assert!(found.red_since.is_some());
    gathered(&shop, 1).await;
    days(&shop, 84).await;
    assert_eq!(states(&shop).await, [], "not even at its deadline");
    assert!(!prove(&shop).await.is_sound());
    // It was only late.
    shop.fake.tell_charge_of(shop.payment().as_str());
    days(&shop, 2).await;
    assert_eq!(states(&shop).await.len(), 1, "it is green again, and goes");
    assert_eq!(shop.till.state(order).await, OrderState::Paid);
}

#[tokio::test]
async fn a_payment_that_is_told_twice_goes_to_suspense() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    shop.fake.forge_charges(|lines| lines.push(lines[0].clone()));
    let found = look(&shop).await;
    assert_eq!(found.faults, ["unexplained"]);
    let open = open_lines(&shop).await;
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].why.as_deref(), Some("twice"));
    assert_eq!(sum(&shop, Code::Suspense).await, -NET);
}

#[tokio::test]
async fn another_amount_than_ours_goes_to_suspense_with_the_difference() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    shop.fake.forge_charges(|lines| lines[0].1 -= 700);
    let found = look(&shop).await;
    assert_eq!(found.faults, ["unexplained", "missing"]);
    assert_eq!(open_lines(&shop).await[0].why.as_deref(), Some("amount"));
    assert_eq!(sum(&shop, Code::Suspense).await, 700);
}

/// 100
#[tokio::test]
async fn a_charge_without_an_order_waits_in_suspense_until_a_person_sets_it_aside() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    shop.fake.charge_without_order(&shop.account, 7_000);
    let found = look(&shop).await;
    assert_eq!(found.faults, ["unexplained"]);
    let open = open_lines(&shop).await;
    assert_eq!(
        (open[0].why.as_deref(), open[0].amount.minor),
        (Some("no_order"), 7_000)
    );
    assert_eq!(sum(&shop, Code::Suspense).await, -7_000);
    let ctx = shop.till.ctx();
    let line = ("stripe", shop.account.as_str(), open[0].line.as_str());
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    assert!(
        balances::set_aside(&ctx, &mut tx, line, "  ").await.is_err(),
        "somebody must say why"
    );
    balances::set_aside(&ctx, &mut tx, line, "Sold at the bar")
        .await
        .unwrap();
    assert!(balances::set_aside(&ctx, &mut tx, line, "Again").await.is_err(), "once");
    tx.commit().await.unwrap();
    let found = look(&shop).await;
    assert_eq!((found.faults.len(), sum(&shop, Code::Suspense).await), (0, 0));
    assert!(prove(&shop).await.is_sound());
    let told = "select count(*) from bilten.audit_entries where action = 'balance.line_set_aside'";
    assert_eq!(shop.till.count(told).await, 1);
}

#[tokio::test]
async fn a_payee_who_keeps_his_own_account_may_take_payments_of_his_own() {
    let shop = Shop::open_as(5, "self_managed").await;
    buy(&shop, "ctoken_visa_1").await;
    shop.fake.charge_without_order(&shop.account, 7_000);
    let found = look(&shop).await;
    assert_eq!(found.faults, [""; 0]);
    assert_eq!((found.lines_minor, sum(&shop, Code::Suspense).await), (NET + 7_000, 0));
    gathered(&shop, 1).await;
    days(&shop, 84).await;
    assert_eq!(states(&shop).await, [], "Stripe pays him by his own schedule");
}

/// 70
#[tokio::test]
async fn a_refund_made_in_the_dashboard_is_taken_in_and_its_tickets_are_void() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    shop.fake.refund_in_dashboard(shop.payment().as_str(), PRICE);
    let found = look(&shop).await;
    assert_eq!(found.faults, [""; 0]);
    assert_eq!(shop.till.state(order).await, OrderState::Refunded);
    assert_eq!(shop.till.books().await.tickets, 0);
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let known = refunds::list_for_order(&mut tx, order).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!((known.len(), known[0].amount.minor), (1, PRICE));
    assert!(prove(&shop).await.is_sound());
    shop.assert_settled().await;
}

/// 70, where a gift card had paid a part.
#[tokio::test]
async fn a_refund_made_in_the_dashboard_gives_a_gift_card_its_part_back() {
    let shop = Shop::open(5).await;
    let card = gifts::issue(&shop.till, 4_000).await;
    let (cart, order) = shop.till.order().await;
    assert_eq!(gifts::choose(&shop.till, cart, &card).await, Ok(4_000));
    shop.pay(cart, "ctoken_visa_1").await;
    assert_eq!(gifts::left(&shop.till, &card).await, (0, 0));
    shop.fake.refund_in_dashboard(shop.payment().as_str(), PRICE - 4_000);
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert_eq!(
        (shop.till.state(order).await, shop.till.books().await.tickets),
        (OrderState::Refunded, 0)
    );
    assert_eq!(gifts::left(&shop.till, &card).await, (4_000, 0));
    assert!(prove(&shop).await.is_sound(), "{:#?}", prove(&shop).await);
}

#[tokio::test]
async fn a_part_that_was_refunded_in_the_dashboard_leaves_the_tickets_as_they_are() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    shop.fake.refund_in_dashboard(shop.payment().as_str(), PRICE / 4);
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert_eq!(
        (shop.till.state(order).await, shop.till.books().await.tickets),
        (OrderState::Paid, 1)
    );
    assert!(prove(&shop).await.is_sound());
    // The rest of it goes back by us: never more than it brought.
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    shop.work().await;
    assert_eq!(shop.fake.paid_on(&shop.account).refunded, PRICE);
    assert_eq!(look(&shop).await.faults, [""; 0]);
}

/// 68
#[tokio::test]
async fn a_refund_that_comes_back_weeks_later_is_owed_to_the_buyer_again() {
    let shop = Shop::open(5).await;
    let order = buy(&shop, "ctoken_visa_1").await;
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    shop.work().await;
    assert_eq!(look(&shop).await.faults, [""; 0]);
    shop.till.advance(20 * DAY);
    shop.fake
        .refund_comes_back(&shop.fake.refunds_of(shop.payment().as_str())[0]);
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert_eq!(sum(&shop, Code::CustomerRefundDue).await, -PRICE);
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    refunds::refund_again(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    shop.work().await;
    assert_eq!(look(&shop).await.faults, [""; 0]);
    assert_eq!(sum(&shop, Code::CustomerRefundDue).await, 0);
    assert!(prove(&shop).await.is_sound());
}

#[tokio::test]
async fn money_that_no_line_tells_of_makes_the_balance_red() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    shop.fake.hide_money(-1);
    assert_eq!(look(&shop).await.faults, ["sum"]);
    shop.fake.hide_money(0);
    let found = look(&shop).await;
    assert_eq!((found.faults.len(), found.red_since), (0, None));
}

/// 71
#[tokio::test]
async fn the_platforms_part_goes_back_in_proportion_where_that_was_agreed() {
    for returns in [false, true] {
        let shop = Shop::open(5).await;
        let ctx = shop.till.ctx();
        let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
        refunds::set_returns_platform_fee(&ctx, &mut tx, returns).await.unwrap();
        tx.commit().await.unwrap();
        let cart = shop.till.cart_of(shop.till.paid_type, 3).await.unwrap();
        let order = shop.till.quote(cart).await;
        shop.pay(cart, "ctoken_visa_1").await;
        // Thirds of what has a cent that cannot be shared, and the last one takes all that is left.
        for keep in [3_333, 0, 0] {
            let ticket = ticket_of(&shop, order).await;
            let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
            let wish = refunds::TakeBack {
                order,
                tickets: &[ticket],
                claim: refunds::Claim::Staff { keep_minor: keep },
                reason: "ill",
                credit: None,
            };
            refunds::take_back(&ctx, &mut tx, &wish).await.unwrap();
            tx.commit().await.unwrap();
            shop.work().await;
        }
        let found = look(&shop).await;
        assert_eq!(found.faults, [""; 0], "{:?}", open_lines(&shop).await);
        let whole = 3 * PRICE / 20;
        let left = if returns {
            whole - whole * (3 * PRICE - 3_333) / (3 * PRICE)
        } else {
            whole
        };
        let theirs = shop.fake.paid_on(&shop.account).fees;
        assert!((theirs - left).abs() <= 2, "{theirs} {left}");
        assert_eq!(
            -sum(&shop, Code::PlatformFeeRevenue).await,
            theirs,
            "the books say what Stripe did"
        );
        assert!(prove(&shop).await.is_sound());
    }
}

pub(super) async fn ticket_of(shop: &Shop, order: OrderId) -> bilten_kernel::TicketId {
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let found = bilten_core::orders::lock(&mut tx, order).await.unwrap().unwrap();
    let valid = bilten_core::orders::lock_returnable(&mut tx, &found).await.unwrap();
    valid[0].ticket
}

#[tokio::test]
async fn a_payout_goes_to_stripe_once_and_is_explained_to_the_bank() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    days(&shop, 84).await;
    assert_eq!(states(&shop).await, [(PayoutState::InTransit, NET)]);
    assert_eq!(shop.fake.balance_of(&shop.account), 0);
    shop.fake.forget_keys();
    days(&shop, 2).await;
    shop.fake.finish_payouts("paid");
    days(&shop, 1).await;
    assert_eq!(states(&shop).await, [(PayoutState::Paid, NET)]);
    let mut tx = shop.till.app.db.begin(&shop.till.ctx()).await.unwrap();
    let paid = payouts::list_payouts(&mut tx, 1).await.unwrap().remove(0);
    tx.rollback().await.unwrap();
    assert_eq!(paid.trace.as_deref(), Some("TRACE-4711"));
    assert_eq!(
        paid.account.map(|account| account.to_string()),
        Some(shop.account.clone())
    );
    assert!(prove(&shop).await.is_sound());
    let sent = shop.fake.recorded();
    let sent = sent
        .iter()
        .filter(|asked| asked.method == "POST" && asked.path == "/payouts");
    assert_eq!(sent.count(), 1);
}

/// 85
#[tokio::test]
async fn a_payout_that_the_bank_sends_back_after_it_had_arrived_is_made_again() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    days(&shop, 84).await;
    shop.fake.finish_payouts("paid");
    days(&shop, 1).await;
    assert_eq!(states(&shop).await[0].0, PayoutState::Paid);
    days(&shop, 5).await;
    shop.fake.finish_payouts("failed");
    days(&shop, 3).await;
    let states = states(&shop).await;
    assert_eq!(
        (states[0].0, states[1]),
        (PayoutState::Failed, (PayoutState::InTransit, NET))
    );
    assert_eq!(sum(&shop, Code::Bank).await, 0);
    assert!(prove(&shop).await.is_sound(), "{:#?}", prove(&shop).await);
}

/// 86
#[tokio::test]
async fn a_payout_that_is_more_than_what_lies_there_is_made_again_and_smaller() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    buy(&shop, "ctoken_visa_2").await;
    gathered(&shop, 2).await;
    days(&shop, 82).await;
    // Between our look and our asking so much goes that only one of the two can be sent.
    let made = states(&shop).await;
    assert_eq!(made, [], "the day before");
    shop.fake.set_pending(NET);
    days(&shop, 1).await;
    assert_eq!(
        states(&shop).await,
        [(PayoutState::InTransit, NET)],
        "what the provider would send, and no more"
    );
    shop.fake.set_pending(0);
    days(&shop, 1).await;
    assert_eq!(states(&shop).await.iter().map(|(_, minor)| minor).sum::<i64>(), 2 * NET);
    assert!(prove(&shop).await.is_sound());
}

#[tokio::test]
async fn a_payout_that_stripe_refuses_frees_its_lots() {
    let shop = Shop::open(5).await;
    buy(&shop, "ctoken_visa_1").await;
    gathered(&shop, 1).await;
    shop.till.advance(84 * DAY);
    // The look says that all is there; the asking comes too late.
    tend(&shop).await;
    shop.fake.set_pending(NET);
    shop.work().await;
    assert_eq!(states(&shop).await, [(PayoutState::Failed, NET)]);
    assert!(prove(&shop).await.is_sound());
    shop.fake.set_pending(0);
    days(&shop, 2).await;
    assert_eq!(states(&shop).await[1], (PayoutState::InTransit, NET));
}
