//! No place is kept for ever by somebody who does not pay, whatever he does meanwhile.

use bilten_billing::{
    checkout::{PayError, PayStatus},
    sandbox::Choice,
};
use bilten_core::orders::OrderState;
use bilten_tests::db::run;
use futures_util::future::join_all;

use super::till::{Till, payment_of};

/// 101
#[tokio::test]
async fn a_page_that_asks_all_the_time_does_not_keep_its_place_for_ever() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Challenge).await;
    for _ in 0..(21 * 60 / 14) {
        till.advance(14);
        till.look(order).await;
        till.work().await;
    }
    assert_eq!(till.state(order).await, OrderState::Expired);
    till.assert_settled().await;
}

/// 102
#[tokio::test]
async fn one_round_of_the_worker_takes_up_all_that_is_open() {
    let till = Till::open(230).await;
    for _ in 0..23 {
        join_all((0..10).map(|_| till.at_the_provider())).await;
    }
    assert_eq!(till.books().await.live, 230);
    till.advance(21 * 60);
    till.work().await;
    assert_eq!(till.books().await.live, 0);
    till.assert_settled().await;
}

/// 103
#[tokio::test]
async fn declines_without_end_do_not_keep_a_place_for_ever() {
    let till = Till::open(1).await;
    let (cart, order) = till.order().await;
    let mut minutes = 0;
    while let Ok(paying) = till.pay(till.hosted(cart)).await {
        let PayStatus::Redirect(_) = &paying.status else {
            break;
        };
        assert!(minutes <= 60, "a payment begins after {minutes} minutes");
        till.advance(14 * 60);
        till.choose(payment_of(&paying), Choice::Decline).await;
        till.look(order).await;
        till.advance(4 * 60);
        till.work().await;
        minutes += 18;
    }
    assert!(minutes > 18, "the buyer may try again");
    assert!(till.cart_of(till.paid_type, 1).await.is_some(), "the place is free");
    till.assert_sound().await;
}

/// 104
#[tokio::test]
async fn the_fifth_decline_is_the_last() {
    let till = Till::open(1).await;
    let (cart, order) = till.order().await;
    for number in 1..=5 {
        assert!(till.cart_of(till.paid_type, 1).await.is_none(), "kept for try {number}");
        let paying = till.pay(till.hosted(cart)).await.unwrap();
        till.choose(payment_of(&paying), Choice::Decline).await;
        till.look(order).await;
    }
    assert_eq!(till.state(order).await, OrderState::Expired);
    let after = till.pay(till.hosted(cart)).await;
    assert!(!matches!(after, Ok(paying) if matches!(paying.status, PayStatus::Redirect(_))));
    assert_eq!(till.count("select count(*) from bilten.payment_attempts").await, 5);
    assert!(
        till.cart_of(till.paid_type, 1).await.is_some(),
        "the place is free at once"
    );
    till.assert_sound().await;
}

#[tokio::test]
async fn a_cart_whose_time_is_over_begins_no_payment() {
    let till = Till::open(1).await;
    let (cart, _) = till.order().await;
    till.advance(15 * 60);
    assert!(matches!(till.pay(till.hosted(cart)).await, Err(PayError::HoldExpired)));
}

/// 109: a transaction that PostgreSQL ended to break a circle of waiting is run again, nobody notices.
#[tokio::test]
async fn a_payment_that_loses_in_a_deadlock_is_taken_in_all_the_same() {
    let till = Till::open(1).await;
    let (_, order, payment) = till.at_the_provider().await;
    till.choose(payment, Choice::Pay).await;
    let mut admin = till.app.test_db.admin().await;
    // The one that began to wait first looks for a circle first, and gives way.
    run(&mut admin, "begin; select from bilten.orders for update").await;
    let circle = async {
        till.app.test_db.wait_until_blocked(1).await;
        run(&mut admin, "set local deadlock_timeout = '1min'").await;
        run(&mut admin, "select from bilten.payment_attempts for update").await;
        run(&mut admin, "commit").await;
    };
    let (looked, ()) = tokio::join!(till.look(order), circle);
    assert_eq!(looked, PayStatus::Paid);
    assert_eq!(till.books().await.tickets, 1);
    till.assert_settled().await;
}
