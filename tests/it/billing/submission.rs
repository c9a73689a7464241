//! Sending the payment: once, twice, from two tabs, late, with another body.

use bilten_billing::{
    checkout::{PayError, PayOrder, PayStatus},
    sandbox::Choice,
};
use bilten_core::{inventory, orders::OrderState};
use bilten_kernel::{Locale, Money};
use bilten_tests::fakes::{Call, Fault};

use super::till::{PRICE, Till, payment_of};

#[tokio::test]
async fn an_order_by_program_is_paid_at_once_with_one_charge() {
    let till = Till::open(2).await;
    let cart = till.cart().await;
    let paying = till.pay(till.instant(cart)).await.unwrap();
    assert_eq!(paying.status, PayStatus::Paid);
    assert_eq!(till.state(paying.order).await, OrderState::Paid);
    let books = till.books().await;
    assert_eq!((books.money, books.tickets, books.sold, books.held), (PRICE, 1, 1, 0));
    assert_eq!(till.line.count(Call::Create), 1);
    till.assert_settled().await;
}

/// 17
#[tokio::test]
async fn a_free_order_needs_no_provider() {
    let till = Till::open(1).await;
    let cart = till.cart_of(till.free_type, 1).await.unwrap();
    let paying = till.pay(till.instant(cart)).await.unwrap();
    assert_eq!(paying.status, PayStatus::Paid);
    assert_eq!(till.line.count(Call::Create), 0);
    assert_eq!(till.books().await.tickets, 1);
    let again = till.pay(till.instant(cart)).await.unwrap();
    assert_eq!((again.order, again.status), (paying.order, PayStatus::Paid));
    till.assert_settled().await;
}

/// 1
#[tokio::test]
async fn a_double_click_makes_one_attempt_and_one_charge() {
    let till = Till::open(2).await;
    let (cart, order) = till.order().await;
    let (first, second) = tokio::join!(till.pay(till.instant(cart)), till.pay(till.instant(cart)));
    for paying in [first.unwrap(), second.unwrap()] {
        assert_eq!(paying.order, order);
    }
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Paid);
    assert_eq!(till.books().await.charges, 1);
    assert_eq!(till.count("select count(*) from bilten.payment_attempts").await, 1);
    till.assert_settled().await;
}

/// 2, 7
#[tokio::test]
async fn two_tabs_lead_to_the_same_payment_and_the_cart_cannot_be_given_back_meanwhile() {
    let till = Till::open(2).await;
    let (cart, order) = till.order().await;
    let one = till.pay(till.hosted(cart)).await.unwrap();
    let other = till.pay(till.hosted(cart)).await.unwrap();
    assert_eq!(payment_of(&one), payment_of(&other));
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    assert!(!inventory::abandon(&mut tx, &ctx, cart).await.unwrap());
    tx.commit().await.unwrap();
    till.choose(payment_of(&one), Choice::Pay).await;
    assert_eq!(till.look(order).await, PayStatus::Paid);
    till.assert_settled().await;
}

/// 3
#[tokio::test]
async fn a_key_stands_for_one_request() {
    let till = Till::open(3).await;
    let cart = till.cart().await;
    let first = till.pay_keyed(cart, "k1", b"one").await.unwrap();
    assert_eq!(first.status, PayStatus::Paid);
    let replayed = till.pay_keyed(cart, "k1", b"one").await.unwrap();
    assert_eq!(replayed, first);
    let other = till.cart().await;
    assert!(matches!(
        till.pay_keyed(other, "k1", b"two").await,
        Err(PayError::OtherRequest)
    ));
    assert_eq!(till.books().await.charges, 1);
}

#[tokio::test]
async fn a_key_that_is_in_flight_keeps_others_away_and_is_taken_up_when_its_request_died() {
    let till = Till::open(2).await;
    let cart = till.cart().await;
    till.line.fail_next(Call::Create, Fault::DieBefore);
    till.die_in(till.pay_keyed(cart, "k", b"x")).await;
    assert!(matches!(till.pay_keyed(cart, "k", b"x").await, Err(PayError::InFlight)));
    till.advance(31);
    let paying = till.pay_keyed(cart, "k", b"x").await.unwrap();
    assert_eq!(paying.status, PayStatus::Paid);
    assert_eq!(till.pay_keyed(cart, "k", b"x").await.unwrap(), paying);
    assert_eq!(till.books().await.charges, 1);
    till.assert_settled().await;
}

/// 4
#[tokio::test]
async fn going_back_after_the_payment_shows_the_paid_order() {
    let till = Till::open(2).await;
    let (cart, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    assert_eq!(till.look(order).await, PayStatus::Paid);
    let again = till.pay(till.hosted(cart)).await.unwrap();
    assert_eq!((again.order, again.status), (order, PayStatus::Paid));
    assert_eq!(till.books().await.charges, 1);
}

/// 5, 29
#[tokio::test]
async fn after_a_decline_the_buyer_tries_another_way_on_the_same_hold() {
    let till = Till::open(1).await;
    let (cart, order, payment) = till.at_the_provider().await;
    // Most of the hold's time is gone; the buyer gets five more minutes.
    till.advance(14 * 60 + 50);
    till.choose(payment, Choice::Challenge).await;
    till.choose(payment, Choice::Refuse).await;
    assert!(matches!(till.look(order).await, PayStatus::Declined(_)));
    till.advance(4 * 60);
    assert!(
        till.cart_of(till.paid_type, 1).await.is_none(),
        "the place is still his"
    );
    let paying = till.pay(till.hosted(cart)).await.unwrap();
    let second = payment_of(&paying);
    assert_ne!(second, payment);
    till.choose(second, Choice::Pay).await;
    assert_eq!(till.look(order).await, PayStatus::Paid);
    assert_eq!(till.books().await.charges, 1);
    assert_eq!(
        till.count("select max(generation)::bigint from bilten.payment_attempts")
            .await,
        2
    );
    till.assert_settled().await;
}

/// 6
#[tokio::test]
async fn details_changed_between_tries_clash_with_nothing() {
    let till = Till::open(1).await;
    let (cart, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Decline).await;
    assert!(matches!(till.look(order).await, PayStatus::Declined(_)));
    let ctx = till.ctx().with_locale(Locale::Nb);
    let wish = till.instant(cart);
    let mut quote = wish.quote.clone().unwrap();
    quote.buyer_email = "other@example.test".parse().unwrap();
    let wish = PayOrder {
        quote: Some(quote),
        ..wish
    };
    let paying = bilten_billing::checkout::pay(&till.checkout, &ctx, wish).await.unwrap();
    assert_eq!((paying.order, paying.status), (order, PayStatus::Paid));
    till.assert_settled().await;
}

/// 8
#[tokio::test]
async fn a_hold_that_ends_at_the_moment_of_paying_is_refused_before_anything_is_sent() {
    let till = Till::open(1).await;
    let (cart, order) = till.order().await;
    till.advance(15 * 60);
    assert!(matches!(till.pay(till.hosted(cart)).await, Err(PayError::HoldExpired)));
    assert!(matches!(till.pay(till.instant(cart)).await, Err(PayError::HoldExpired)));
    assert_eq!(till.line.count(Call::Create), 0);
    assert_eq!(till.look(order).await, PayStatus::Open);
    till.assert_settled().await;
}

#[tokio::test]
async fn a_total_that_the_buyer_did_not_see_is_not_charged() {
    let till = Till::open(1).await;
    let (cart, _) = till.order().await;
    let seen = Money::new(PRICE - 1, "EUR".parse().unwrap());
    let wish = PayOrder {
        accepted_total: Some(seen),
        ..till.hosted(cart)
    };
    let Err(PayError::QuoteChanged { total }) = till.pay(wish).await else {
        panic!("the buyer must see the new total first");
    };
    assert_eq!(total.minor, PRICE);
    assert_eq!(till.line.count(Call::Create), 0);
}

/// 59
#[tokio::test]
async fn a_provider_out_of_reach_costs_nothing_and_trying_again_is_safe() {
    let till = Till::open(1).await;
    let cart = till.cart().await;
    till.line.fail_next(Call::Create, Fault::Unreachable);
    let paying = till.pay_keyed(cart, "k", b"x").await.unwrap();
    assert_eq!(paying.status, PayStatus::Unavailable);
    assert_eq!(till.books().await.charges, 0);
    let again = till.pay_keyed(cart, "k", b"x").await.unwrap();
    assert_eq!(again.status, PayStatus::Paid);
    assert_eq!(till.books().await.charges, 1);
    till.assert_settled().await;
}

#[tokio::test]
async fn an_unknown_provider_and_a_page_without_a_way_back_are_refused() {
    let till = Till::open(1).await;
    let (cart, _) = till.order().await;
    let wish = PayOrder {
        provider: "nobody",
        ..till.hosted(cart)
    };
    assert!(matches!(till.pay(wish).await, Err(PayError::MethodUnavailable)));
    let wish = PayOrder {
        return_to: None,
        ..till.hosted(cart)
    };
    assert!(matches!(till.pay(wish).await, Err(PayError::MethodUnavailable)));
}
