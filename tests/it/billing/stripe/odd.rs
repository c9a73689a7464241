//! What comes in no form that we know, or does not come at all.

use bilten_billing::checkout::{PayError, PayStatus};
use bilten_core::orders::OrderState;

use super::shop::Shop;
use bilten_tests::db;

/// 30
#[tokio::test]
async fn a_push_that_never_reaches_the_telephone_ends_with_its_time_though_the_page_keeps_asking() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    let status = shop.pay(cart, "ctoken_app_1").await;
    assert!(
        matches!(status, PayStatus::Redirect(_)),
        "the app is opened: {status:?}"
    );
    assert!(
        shop.till.cart_of(shop.till.paid_type, 1).await.is_none(),
        "the place is kept meanwhile"
    );
    // The buyer's page asks every half minute; nothing ever arrives.
    for _ in 0..120 {
        shop.till.advance(30);
        if shop.till.state(order).await != OrderState::AwaitingPayment {
            break;
        }
        shop.look(order).await;
        shop.work().await;
    }
    assert_eq!(shop.till.state(order).await, OrderState::Expired);
    assert_eq!(
        shop.fake.status_of(shop.payment().as_str()),
        "canceled",
        "it can be approved no more"
    );
    shop.assert_settled().await;
    assert!(
        shop.till.cart_of(shop.till.paid_type, 1).await.is_some(),
        "the place is for others"
    );
}

/// 39
#[tokio::test]
async fn a_status_that_nobody_knows_yet_lets_nothing_go_and_is_asked_about_again() {
    let shop = Shop::open(1).await;
    let (cart, order) = shop.till.order().await;
    shop.pay(cart, "ctoken_challenge_1").await;
    let payment = shop.payment();
    shop.fake.set_status(payment.as_str(), "teleporting");
    shop.work_until_settled().await;
    let state = shop.till.state(order).await;
    assert!(
        matches!(state, OrderState::AwaitingPayment | OrderState::AwaitingFunds),
        "neither paid nor over: {state:?}"
    );
    assert_eq!(
        shop.fake.status_of(payment.as_str()),
        "teleporting",
        "what may move money is not called off"
    );
    assert!(
        shop.till.cart_of(shop.till.paid_type, 1).await.is_none(),
        "its place is kept"
    );
    shop.fake.set_status(payment.as_str(), "requires_action");
    shop.fake.finish_challenge(payment.as_str(), true);
    shop.work_until_settled().await;
    assert_eq!(shop.till.state(order).await, OrderState::Paid);
    shop.assert_settled().await;
}

/// 18
#[tokio::test]
async fn a_total_below_what_cards_are_charged_is_refused_before_anything_is_begun() {
    let shop = Shop::open(3).await;
    let price = async |minor: i64| {
        let mut admin = shop.till.app.test_db.admin().await;
        db::run(
            &mut admin,
            &format!("update bilten.ticket_types set price_minor = {minor} where price_minor > 0"),
        )
        .await;
    };
    price(49).await;
    let (cart, order) = shop.till.order().await;
    let refused = shop.try_pay(shop.wish(cart, "ctoken_visa_1")).await;
    assert!(
        matches!(refused, Err(PayError::BelowLeast { least }) if least.minor == 50),
        "{refused:?}"
    );
    assert!(shop.fake.recorded().is_empty(), "Stripe heard of nothing");
    assert_eq!(shop.till.count("select count(*) from bilten.payment_attempts").await, 0);
    assert_eq!(shop.till.state(order).await, OrderState::Quoted);
    assert_eq!(
        shop.till.books().await.held,
        1,
        "the ticket is still the buyer's to take"
    );
    price(50).await;
    let (cart, _) = shop.till.order().await;
    assert_eq!(shop.pay(cart, "ctoken_visa_2").await, PayStatus::Paid);
}
