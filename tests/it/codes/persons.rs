//! How often one person may use a code.

use bilten_core::{
    inventory::LimitReached,
    orders::{self, Channel, Order, QuoteError, QuoteOrder},
    promo::{Discount, PromoRules},
};
use bilten_tests::TestApp;
use jiff::SignedDuration;

use super::{add, code, complete, hold, refund};
use crate::stock::shop::Shop;

async fn quote(shop: &Shop<'_>, hold: &bilten_core::inventory::Hold, email: &str) -> Result<Order, QuoteError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let wish = QuoteOrder {
        cart: hold.id,
        buyer_email: email.parse().unwrap(),
        buyer_name: "A Buyer".parse().unwrap(),
        channel: Channel::Web,
        tax: None,
    };
    let order = orders::quote(&ctx, &mut tx, &wish).await?;
    tx.commit().await.unwrap();
    Ok(order)
}

#[tokio::test]
async fn a_person_uses_a_code_as_often_as_it_says_over_all_his_orders() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    let rules = PromoRules {
        max_per_person: Some(1),
        ..PromoRules::default()
    };
    let id = add(&shop, code("ONCE", Discount::Share(1_000), rules)).await;
    add(&other, code("ONCE", Discount::Share(1_000), rules)).await;
    let first = hold(&shop, 5, "ONCE").await.unwrap();
    assert!(first.limits_persons);
    let order = quote(&shop, &first, "kari@post.test").await.unwrap();
    complete(&shop, order.id).await;
    let second = hold(&shop, 1, "ONCE").await.unwrap();
    let expected = LimitReached {
        ticket_type: None,
        promo_code: Some(id),
        max: 1,
        has: 1,
    };
    match quote(&shop, &second, "Kari@Post.test").await {
        Err(QuoteError::Limit(reached)) => assert_eq!(reached, expected),
        other => panic!("{other:?}"),
    }
    quote(&shop, &second, "ola@post.test").await.unwrap();
    // Without the code he buys what he likes; another shop knows nothing of it.
    let plain = hold(&shop, 1, "").await.unwrap();
    quote(&shop, &plain, "kari@post.test").await.unwrap();
    let elsewhere = hold(&other, 1, "ONCE").await.unwrap();
    quote(&other, &elsewhere, "kari@post.test").await.unwrap();
    // What goes back whole does not count any more, nor what expired in a cart.
    refund(&shop, order.id).await;
    let third = hold(&shop, 1, "ONCE").await.unwrap();
    quote(&shop, &third, "kari@post.test").await.unwrap();
    app.advance(SignedDuration::from_mins(16));
    let fourth = hold(&shop, 1, "ONCE").await.unwrap();
    quote(&shop, &fourth, "kari@post.test").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_carts_of_one_person_at_once_are_one_use() {
    let app = TestApp::start_with(8).await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let rules = PromoRules {
        max_per_person: Some(1),
        ..PromoRules::default()
    };
    add(&shop, code("ONCE", Discount::Share(1_000), rules)).await;
    let mut carts = Vec::new();
    for _ in 0..6 {
        carts.push(hold(&shop, 1, "ONCE").await.unwrap());
    }
    let asked = futures_util::future::join_all(carts.iter().map(|cart| quote(&shop, cart, "kari@post.test"))).await;
    assert_eq!(asked.iter().filter(|answer| answer.is_ok()).count(), 1);
}
