//! Whole purchases: what the buyer sees, what Stripe has taken, and that both belong together.

use bilten_billing::{
    checkout::{PayError, PayStatus},
    provider::{Method, Provider as _, RefundPayment},
};
use bilten_core::orders::OrderState;
use bilten_tests::fakes::{Call, Fault, StripeFault, stripe::Paid};

use super::{super::till::PRICE, shop::Shop};

#[tokio::test]
async fn a_card_pays_on_the_payees_account_and_the_platform_gets_its_part() {
    let shop = Shop::open(2).await;
    let (cart, order) = shop.till.order().await;
    assert_eq!(shop.pay(cart, "ctoken_visa_1").await, PayStatus::Paid);
    assert_eq!(shop.till.state(order).await, OrderState::Paid);
    let paid = shop.fake.paid_on(&shop.account);
    assert_eq!((paid.payments, paid.taken, paid.fees), (1, PRICE, PRICE / 20));
    // 1: the page is sent again, with the token that is spent.
    assert_eq!(shop.pay(cart, "ctoken_visa_1").await, PayStatus::Paid);
    assert_eq!(shop.fake.paid_on(&shop.account).payments, 1);
    for asked in shop.fake.recorded() {
        assert_eq!(asked.account.as_deref(), Some(shop.account.as_str()), "{}", asked.path);
        let text = asked.params.to_string();
        assert!(
            !text.contains("buyer@example") && !text.contains("Ada"),
            "ids only: {text}"
        );
    }
    shop.assert_settled().await;
}

/// 5, 29
#[tokio::test]
async fn a_declined_payment_is_dead_at_stripe_before_the_buyer_hears_of_it() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    let status = shop.pay(cart, "ctoken_poor_1").await;
    assert!(
        matches!(&status, PayStatus::Declined(code) if code.as_str() == "insufficient_funds"),
        "{status:?}"
    );
    assert_eq!(shop.fake.status_of(shop.payment().as_str()), "canceled");
    assert_eq!(shop.till.state(order).await, OrderState::Quoted);
    assert_eq!(shop.pay(cart, "ctoken_visa_2").await, PayStatus::Paid);
    assert_eq!(shop.fake.paid_on(&shop.account).payments, 1);
    shop.assert_settled().await;
}

/// 22, 25, 26
#[tokio::test]
async fn the_banks_challenge_is_a_visit_elsewhere_and_the_way_back_only_asks() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    let status = shop.pay(cart, "ctoken_challenge_1").await;
    assert!(
        matches!(&status, PayStatus::Redirect(to) if to.contains("/challenge/")),
        "{status:?}"
    );
    assert!(
        matches!(shop.look(order).await, PayStatus::Redirect(_)),
        "nothing was approved yet"
    );
    shop.fake.finish_challenge(shop.payment().as_str(), true);
    assert_eq!(shop.look(order).await, PayStatus::Paid);
    shop.assert_settled().await;
}

/// 29
#[tokio::test]
async fn a_failed_challenge_gives_the_hold_back_for_another_try() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    shop.pay(cart, "ctoken_challenge_1").await;
    let first = shop.payment();
    shop.fake.finish_challenge(first.as_str(), false);
    assert!(matches!(shop.look(order).await, PayStatus::Declined(_)));
    assert_eq!(
        shop.fake.status_of(first.as_str()),
        "canceled",
        "another card cannot pay it any more"
    );
    assert_eq!(shop.pay(cart, "ctoken_visa_2").await, PayStatus::Paid);
    shop.assert_settled().await;
}

/// 22
#[tokio::test]
async fn an_abandoned_challenge_is_called_off_and_its_place_goes_free() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    shop.pay(cart, "ctoken_challenge_1").await;
    shop.work_until_settled().await;
    assert_eq!(shop.fake.status_of(shop.payment().as_str()), "canceled");
    assert_eq!(shop.till.state(order).await, OrderState::Expired);
    shop.assert_settled().await;
}

/// 23
#[tokio::test]
async fn money_that_came_before_the_calling_off_pays_the_order() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    shop.pay(cart, "ctoken_challenge_1").await;
    let payment = shop.payment();
    shop.fake.finish_challenge(payment.as_str(), true);
    shop.work_until_settled().await;
    assert_eq!(shop.till.state(order).await, OrderState::Paid);
    shop.assert_settled().await;
}

/// 53, 54, 58
#[tokio::test]
async fn a_lost_answer_is_found_out_and_nothing_is_charged_twice() {
    for fault in [
        StripeFault::TimeOutAfter,
        StripeFault::CutAfter,
        StripeFault::ErrorAfter,
    ] {
        for skipped in 0..2 {
            let shop = Shop::open(1).await;
            let (cart, order) = shop.till.order().await;
            if skipped == 1 {
                // The creation is answered; the confirmation is not.
                shop.line.fail_next(Call::Confirm, Fault::LoseAnswer);
            } else {
                shop.fake.fail_next(fault);
            }
            let status = shop.pay(cart, "ctoken_visa_1").await;
            assert_eq!(status, PayStatus::Confirming, "{fault:?}");
            shop.till.advance(30);
            shop.work().await;
            if skipped == 1 {
                assert_eq!(shop.till.state(order).await, OrderState::Paid, "{fault:?}");
            } else {
                assert_eq!(shop.pay(cart, "ctoken_visa_1").await, PayStatus::Paid, "{fault:?}");
            }
            assert_eq!(shop.fake.paid_on(&shop.account).payments, 1);
            shop.assert_settled().await;
        }
    }
}

/// 43
#[tokio::test]
async fn money_that_takes_days_keeps_the_place_until_it_came_or_failed() {
    for is_paid in [true, false] {
        let shop = Shop::open(1).await;
        let (cart, order) = shop.till.order().await;
        assert_eq!(shop.pay(cart, "ctoken_later_1").await, PayStatus::AwaitingFunds);
        shop.work_until_settled().await;
        assert_eq!(shop.till.state(order).await, OrderState::AwaitingFunds);
        shop.fake.finish_processing(shop.payment().as_str(), is_paid);
        shop.work_until_settled().await;
        let state = shop.till.state(order).await;
        assert_eq!(state == OrderState::Paid, is_paid, "{state:?}");
        shop.till.advance(3_600);
        shop.assert_settled().await;
    }
}

#[tokio::test]
async fn a_step_that_only_a_script_could_take_ends_the_payment() {
    let shop = Shop::open(1).await;
    let (cart, _) = shop.till.order().await;
    assert!(matches!(
        shop.pay(cart, "ctoken_script_1").await,
        PayStatus::Declined(_)
    ));
    assert_eq!(shop.fake.status_of(shop.payment().as_str()), "canceled");
}

#[tokio::test]
async fn what_the_form_left_is_good_for_one_payment() {
    let shop = Shop::open(2).await;
    let (first, _) = shop.till.order().await;
    let (second, _) = shop.till.order().await;
    assert_eq!(shop.pay(first, "ctoken_visa_1").await, PayStatus::Paid);
    let status = shop.pay(second, "ctoken_visa_1").await;
    assert!(
        matches!(&status, PayStatus::Declined(code) if code.as_str() == "form_expired"),
        "{status:?}"
    );
    assert_eq!(shop.pay(second, "ctoken_visa_2").await, PayStatus::Paid);
    shop.assert_settled().await;
}

/// 91, 92
#[tokio::test]
async fn another_sum_or_currency_is_put_aside_and_never_counts_as_paid() {
    for (amount, currency) in [(PRICE - 1, "eur"), (PRICE, "usd")] {
        let shop = Shop::open(1).await;
        let (cart, order) = shop.till.order().await;
        shop.pay(cart, "ctoken_challenge_1").await;
        let payment = shop.payment();
        shop.fake.tamper(payment.as_str(), amount, currency);
        shop.fake.finish_challenge(payment.as_str(), true);
        shop.till.advance(30);
        shop.work().await;
        let waiting = shop
            .till
            .count("select count(*) from bilten.payment_attempts where quarantine is not null")
            .await;
        assert_eq!(waiting, 1);
        assert_eq!(shop.till.state(order).await, OrderState::AwaitingPayment);
    }
}

/// 83, 90
#[tokio::test]
async fn a_closed_payee_sells_no_more_and_gives_back_what_it_took() {
    let shop = Shop::open(2).await;
    let (cart, order) = shop.till.order().await;
    assert_eq!(shop.pay(cart, "ctoken_visa_1").await, PayStatus::Paid);
    let set = |sql: &'static str| shop.till.count(sql);
    set("with closed as (update bilten.payee_accounts set state = 'closed' returning 1) select count(*) from closed")
        .await;
    let (next, _) = shop.till.order().await;
    let refused = shop.try_pay(shop.wish(next, "ctoken_visa_2")).await;
    assert!(matches!(refused, Err(PayError::PayeeClosed)), "{refused:?}");
    // Another account takes over; the old order's money goes back from the old one.
    let other = shop.fake.account_that_sells();
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    bilten_billing::refunds::cancel_order(&ctx, &mut tx, order)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    shop.work().await;
    let back = shop.fake.paid_on(&shop.account);
    // The platform keeps its part unless it agreed otherwise.
    assert_eq!((back.taken, back.refunded, back.fees), (PRICE, PRICE, PRICE / 20));
    assert_eq!(shop.fake.paid_on(&other), Paid::default());
}

/// 66, 67, 68
#[tokio::test]
async fn a_refund_that_waits_is_looked_after_and_never_sent_twice() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    shop.pay(cart, "ctoken_visa_1").await;
    shop.fake.set_refunds("pending");
    let ctx = shop.till.ctx();
    let mut tx = shop.till.app.db.begin(&ctx).await.unwrap();
    bilten_billing::refunds::cancel_order(&ctx, &mut tx, order)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    shop.work().await;
    // After a day Stripe has forgotten the key under which the refund was sent.
    shop.fake.forget_keys();
    shop.work_until_settled().await;
    let state = "select count(*) from bilten.refunds where state = 'pending'";
    assert_eq!(shop.till.count(state).await, 1);
    assert_eq!(shop.fake.paid_on(&shop.account).refunded, PRICE);
    shop.fake.finish_refunds("succeeded");
    shop.work_until_settled().await;
    let state = "select count(*) from bilten.refunds where state = 'succeeded'";
    assert_eq!(shop.till.count(state).await, 1);
    assert_eq!(shop.fake.paid_on(&shop.account).refunded, PRICE);
}

/// 69
#[tokio::test]
async fn a_disputed_payment_is_not_refunded() {
    let shop = Shop::open(1).await;
    let (cart, _) = shop.till.order().await;
    shop.pay(cart, "ctoken_visa_1").await;
    shop.fake.dispute(shop.payment().as_str());
    let ctx = shop.till.ctx();
    let call = RefundPayment {
        key: bilten_billing::provider::OperationKey::refund(ctx.new_id()),
        at: bilten_billing::provider::PaymentAt {
            account: Some(bilten_billing::provider::AccountRef::parse(&shop.account).unwrap()),
            payment: shop.payment(),
        },
        amount: bilten_kernel::Money::new(PRICE, "EUR".parse().unwrap()),
        returns_fee: true,
    };
    let outcome = shop.line.refund(&ctx, &call).await;
    assert_eq!(outcome.label(), "declined");
}

#[tokio::test]
async fn without_what_the_form_left_no_payment_begins() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    let wish = bilten_billing::checkout::PayOrder {
        token: None,
        ..shop.wish(cart, "ctoken_visa_1")
    };
    assert_eq!(wish.method, Method::Embedded);
    let refused = shop.try_pay(wish).await;
    assert!(matches!(refused, Err(PayError::MethodUnavailable)), "{refused:?}");
    assert_eq!(shop.till.state(order).await, OrderState::Quoted);
    assert!(shop.fake.recorded().is_empty());
}
