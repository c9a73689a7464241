//! Buyers who go to the provider's page: come back, come back twice, late, never, or with a forged address.

use bilten_billing::{
    checkout::{PayError, PayStatus},
    sandbox::Choice,
};
use bilten_core::orders::OrderState;
use bilten_tests::fakes::{Call, Fault};

use super::till::{Till, payment_of};

/// 22, 27
#[tokio::test]
async fn an_abandoned_challenge_is_called_off_and_the_place_goes_back_on_sale() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Challenge).await;
    till.advance(14 * 60);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::AwaitingPayment);
    assert!(
        till.cart_of(till.paid_type, 1).await.is_none(),
        "a pinned place does not run out by the clock"
    );
    till.advance(2 * 60);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Expired);
    assert_eq!(till.look(order).await, PayStatus::Closed);
    till.choose(payment, Choice::Approve).await;
    assert_eq!(till.books().await.charges, 0, "the dead payment takes no money");
    assert!(till.cart_of(till.paid_type, 1).await.is_some());
    till.assert_sound().await;
}

/// 23
#[tokio::test]
async fn a_challenge_that_is_passed_while_the_payment_is_called_off_is_paid() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Challenge).await;
    till.advance(21 * 60);
    till.line.fail_next(Call::Void, Fault::DieBefore);
    till.die_in(till.work()).await;
    till.choose(payment, Choice::Approve).await;
    till.work_until_settled().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    till.assert_settled().await;
}

#[tokio::test]
async fn a_buyer_who_was_just_seen_gets_five_more_minutes_once() {
    let till = Till::open(1).await;
    let (_, order, _) = till.at_the_provider().await;
    till.advance(15 * 60 - 10);
    assert!(matches!(till.look(order).await, PayStatus::Redirect(_)));
    till.advance(20);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::AwaitingPayment);
    till.advance(5 * 60);
    till.look(order).await;
    till.advance(16);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Expired);
    till.assert_settled().await;
}

/// 24, 99
#[tokio::test]
async fn coming_back_on_two_devices_at_once_issues_one_set_of_tickets_and_one_mail() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    let (one, other) = tokio::join!(till.look(order), till.look(order));
    assert_eq!((one, other), (PayStatus::Paid, PayStatus::Paid));
    assert_eq!(till.books().await.tickets, 1);
    assert_eq!(
        till.count("select count(*) from bilten.outbox_events where kind = 'order_paid'")
            .await,
        1
    );
    till.assert_settled().await;
}

/// 27, 36
#[tokio::test]
async fn a_buyer_who_never_comes_back_gets_his_tickets_all_the_same() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    till.advance(3 * 24 * 3600);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    till.assert_settled().await;
}

/// 28
#[tokio::test]
async fn coming_back_without_having_paid_pays_nothing_whatever_the_address_says() {
    let till = Till::open(2).await;
    let (_, order, _) = till.at_the_provider().await;
    let (_, other, paid) = till.at_the_provider().await;
    till.choose(paid, Choice::Pay).await;
    assert!(matches!(till.look(order).await, PayStatus::Redirect(_)));
    assert_eq!(till.look(other).await, PayStatus::Paid);
    assert_eq!(till.books().await.tickets, 1);
}

/// 93
#[tokio::test]
async fn an_order_does_not_exist_at_another_tenants_host() {
    let till = Till::open(1).await;
    let (cart, order, payment) = till.at_the_provider().await;
    let beta = till.app.ctx(&till.app.beta);
    let looked = bilten_billing::checkout::look(&till.checkout, &beta, order).await;
    assert!(matches!(looked, Err(PayError::NotFound)));
    let paid = bilten_billing::checkout::pay(&till.checkout, &beta, till.hosted(cart)).await;
    assert!(matches!(paid, Err(PayError::NotFound)));
    let page = bilten_billing::sandbox::show(&till.sandbox, &beta, payment).await;
    assert!(page.is_err());
}

/// 15
#[tokio::test]
async fn an_event_called_off_during_a_challenge_kills_the_payment() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Challenge).await;
    till.cancel_event().await;
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Cancelled);
    till.choose(payment, Choice::Approve).await;
    assert_eq!(till.books().await.charges, 0);
    till.work_until_settled().await;
    till.assert_settled().await;
}

/// 15
#[tokio::test]
async fn money_for_an_event_that_was_called_off_goes_back() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    till.cancel_event().await;
    assert_eq!(till.look(order).await, PayStatus::Conflict);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Refunded);
    let books = till.books().await;
    assert_eq!((books.charges, books.money, books.tickets), (1, 0, 0));
    till.work_until_settled().await;
    till.assert_settled().await;
}

#[tokio::test]
async fn nothing_is_begun_for_an_event_that_was_called_off() {
    let till = Till::open(1).await;
    let (cart, _) = till.order().await;
    till.cancel_event().await;
    assert!(matches!(
        till.pay(till.hosted(cart)).await,
        Err(PayError::EventCancelled)
    ));
    assert_eq!(till.line.count(Call::Create), 0);
}

#[tokio::test]
async fn a_silent_provider_is_asked_again_until_it_answers() {
    let till = Till::open(1).await;
    let (cart, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::TimeOut).await;
    assert!(matches!(
        till.look(order).await,
        PayStatus::Redirect(_) | PayStatus::Confirming
    ));
    let again = till.pay(till.hosted(cart)).await.unwrap();
    assert_eq!(again.order, order);
    till.advance(22);
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    assert_eq!(till.books().await.charges, 1);
    till.assert_settled().await;
}

#[tokio::test]
async fn a_provider_with_two_calls_takes_the_same_way() {
    let till = Till::open_with_two_calls(1).await;
    let (cart, order) = till.order().await;
    let paying = till.pay(till.hosted(cart)).await.unwrap();
    assert_eq!((till.line.count(Call::Create), till.line.count(Call::Confirm)), (1, 1));
    till.choose(payment_of(&paying), Choice::Pay).await;
    assert_eq!(till.look(order).await, PayStatus::Paid);
    till.assert_settled().await;
}
