//! Codes that take off no more than so much money in all.

use std::sync::Arc;

use bilten_core::{
    inventory::{Engine, EngineLimits, PromoRefused},
    promo::{AddPromoError, Discount, PromoRules},
};
use bilten_tests::TestApp;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::{add, code, complete, find, hold, off, prices, refund, refused, try_add, wish};
use crate::stock::shop::Shop;

fn budget(minor: i64) -> PromoRules {
    PromoRules {
        budget_minor: Some(minor),
        ..PromoRules::default()
    }
}

const SPENT: PromoRefused = PromoRefused::UsedUp {
    is_held_by_others: true,
};

#[tokio::test]
async fn money_is_reserved_with_the_cart_kept_by_the_order_and_comes_back_with_both() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    let id = add(&shop, code("HALF", Discount::Share(5_000), budget(12_000))).await;
    let his = add(&other, code("HALF", Discount::Share(5_000), budget(12_000))).await;
    let first = hold(&shop, 1, "HALF").await.unwrap();
    assert_eq!(off(&first), 5_000);
    let second = hold(&shop, 2, "HALF").await.unwrap();
    assert_eq!(off(&second), 7_000, "what is left, to the last unit");
    assert_eq!(prices(&second), [(2, 6_500, Some(10_000))]);
    assert_eq!(hold(&shop, 1, "HALF").await, refused(SPENT));
    let promo = find(&shop, id).await;
    assert_eq!(
        (promo.spent.held_minor, promo.budget_left(), promo.held),
        (12_000, Some(0), 2)
    );

    let order = shop.quote(&first).await.unwrap();
    complete(&shop, order.id).await;
    let promo = find(&shop, id).await;
    assert_eq!((promo.spent.held_minor, promo.spent.used_minor), (7_000, 5_000));
    // The second cart expires: its money is there again, before anybody has tidied.
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(off(&hold(&shop, 2, "HALF").await.unwrap()), 7_000);
    refund(&shop, order.id).await;
    let promo = find(&shop, id).await;
    assert_eq!(
        (promo.spent.held_minor, promo.spent.used_minor, promo.used),
        (7_000, 0, 0)
    );
    assert_eq!(find(&other, his).await.budget_left(), Some(12_000));
    let none = try_add(
        &shop,
        code(
            "NOTHING-OFF",
            Discount::Nothing,
            PromoRules {
                unlocks: true,
                ..budget(5)
            },
        ),
    )
    .await;
    assert!(matches!(none, Err(AddPromoError::Rule("budget_minor"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_money_is_given_out_once_whoever_asks_at_once_on_two_nodes() {
    const MONEY: i64 = 34_000;
    let app = TestApp::start_with(12).await;
    let shop = Shop::open(&app, &app.alfa, 1_000).await;
    let id = add(&shop, code("LAST", Discount::Amount(5_000), budget(MONEY))).await;
    let node = || Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default());
    let nodes = [node(), node()];
    let mut buyers = JoinSet::new();
    for number in 0..40_usize {
        let (engine, ctx) = (nodes[number % 2].clone(), shop.ctx());
        let request = wish(&shop, &[(shop.ticket_type, 1)], "LAST");
        buyers.spawn(async move { engine.hold(&ctx, request).await });
    }
    let (mut given, mut carts) = (0, 0);
    while let Some(answer) = buyers.join_next().await {
        match answer.unwrap() {
            Ok(hold) => {
                given += off(&hold);
                carts += 1;
            }
            refusal => assert_eq!(refusal, refused(SPENT)),
        }
    }
    assert_eq!((given, carts), (MONEY, 7), "six whole ones, and one with the rest");
    let promo = find(&shop, id).await;
    assert_eq!((promo.spent.held_minor, promo.held), (MONEY, 7));
    bilten_tests::report(&format!(
        "codes: {given} of {MONEY} given to {carts} of 40 carts on two nodes"
    ));
}
