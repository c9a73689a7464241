//! Several codes in one cart.

use std::sync::Arc;

use bilten_core::{
    inventory::{Engine, EngineLimits, Hold, HoldError, PromoRefused},
    promo::{Discount, NewPromo, PromoRules},
};
use bilten_tests::TestApp;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::{add, code, complete, find, hold, off, prices, refund, refused, wish};
use crate::stock::shop::Shop;

fn group(number: u32) -> PromoRules {
    PromoRules {
        stack_group: Some(number),
        ..PromoRules::default()
    }
}

#[tokio::test]
async fn the_best_one_is_used_unless_groups_let_them_go_together() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let tenth = add(&shop, code("TENTH", Discount::Share(1_000), PromoRules::default())).await;
    let fifth = add(&shop, code("FIFTH", Discount::Share(2_000), PromoRules::default())).await;
    let best = hold(&shop, 1, "TENTH FIFTH").await.unwrap();
    assert_eq!((off(&best), best.promo_code()), (2_000, Some("FIFTH")));
    assert_eq!((find(&shop, tenth).await.held, find(&shop, fifth).await.held), (0, 1));

    add(&shop, code("SHARE", Discount::Share(1_000), group(1))).await;
    add(&shop, code("FIXED", Discount::Amount(500), group(2))).await;
    add(&shop, code("ORDER", Discount::Order(1_000), group(3))).await;
    add(&shop, code("SHARE2", Discount::Share(1_100), group(1))).await;
    for codes in ["SHARE FIXED ORDER", "ORDER FIXED SHARE"] {
        let all = hold(&shop, 1, codes).await.unwrap();
        // 10 % of 100.00 first, then 5.00, then 10.00.
        assert_eq!(prices(&all), [(1, 7_500, Some(10_000))], "{codes}");
        assert_eq!(all.promo_code(), Some("FIXED + ORDER + SHARE"));
    }
    let same_group = hold(&shop, 1, "SHARE SHARE2").await.unwrap();
    assert_eq!((off(&same_group), same_group.promo_code()), (1_100, Some("SHARE2")));
    let six = "A1 A2 A3 A4 A5 A6";
    assert_eq!(hold(&shop, 1, six).await, refused(PromoRefused::TooMany));
    assert_eq!(hold(&shop, 1, "SHARE NOBODYS").await, refused(PromoRefused::Unknown));
}

#[tokio::test]
async fn every_code_of_a_cart_is_counted_and_comes_back() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    let once = |text, group_number| NewPromo {
        uses: 1,
        ..code(text, Discount::Share(1_000), group(group_number))
    };
    let (one, two) = (add(&shop, once("ONE", 1)).await, add(&shop, once("TWO", 2)).await);
    let his = add(&other, once("ONE", 1)).await;
    let held = hold(&shop, 2, "ONE TWO").await.unwrap();
    assert_eq!(prices(&held), [(2, 8_100, Some(10_000))]);
    let used_up = refused(PromoRefused::UsedUp {
        is_held_by_others: true,
    });
    assert_eq!(hold(&shop, 1, "TWO").await, used_up);
    app.advance(SignedDuration::from_mins(16));
    let again = hold(&shop, 2, "TWO ONE").await.unwrap();
    let order = shop.quote(&again).await.unwrap();
    assert_eq!(order.promo_code.as_deref(), Some("ONE + TWO"));
    complete(&shop, order.id).await;
    for id in [one, two] {
        let promo = find(&shop, id).await;
        assert_eq!((promo.held, promo.used), (0, 1));
    }
    refund(&shop, order.id).await;
    for id in [one, two] {
        let promo = find(&shop, id).await;
        assert_eq!((promo.held, promo.used), (0, 0));
    }
    assert_eq!(find(&other, his).await.held, 0);
}

/// How many carts use a code.
fn uses(holds: &[Hold], code: &str) -> i64 {
    let is_used = |hold: &&Hold| hold.promo_code().unwrap().split(" + ").any(|own| own == code);
    i64::try_from(holds.iter().filter(is_used).count()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_that_name_two_codes_in_both_orders_share_their_last_uses_and_nobody_waits_for_ever() {
    let app = TestApp::start_with(12).await;
    let shop = Shop::open(&app, &app.alfa, 1_000).await;
    let few = |text, uses, number| NewPromo {
        uses,
        ..code(
            text,
            Discount::Amount(500),
            PromoRules {
                budget_minor: Some(100_000),
                ..group(number)
            },
        )
    };
    let (one, two) = (add(&shop, few("ONE", 9, 1)).await, add(&shop, few("TWO", 5, 2)).await);
    let node = || Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default());
    let nodes = [node(), node()];
    let mut buyers = JoinSet::new();
    for number in 0..60_usize {
        let (engine, ctx) = (nodes[number % 2].clone(), shop.ctx());
        let codes = ["ONE TWO", "TWO ONE", "ONE", "TWO"][number % 4];
        let request = wish(&shop, &[(shop.ticket_type, 1)], codes);
        buyers.spawn(async move { engine.hold(&ctx, request).await });
    }
    let mut held = Vec::new();
    while let Some(answer) = buyers.join_next().await {
        match answer.unwrap() {
            Ok(hold) => held.push(hold),
            Err(HoldError::Promo(PromoRefused::UsedUp { .. })) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((uses(&held, "ONE"), uses(&held, "TWO")), (9, 5), "each last use once");
    assert_eq!((find(&shop, one).await.held, find(&shop, two).await.held), (9, 5));
    for (id, held) in [(one, 9), (two, 5)] {
        assert_eq!(find(&shop, id).await.spent.held_minor, held * 500);
    }
    // They are bought and expire at the same time, on other connections than those that take stock.
    let mut tasks = JoinSet::new();
    let count = held.len();
    let buy = held.split_off(count / 2);
    for hold in &buy {
        let order = shop.quote(hold).await.unwrap();
        let (db, ctx) = (app.db.clone(), shop.ctx());
        tasks.spawn(async move {
            let mut tx = db.begin(&ctx).await.unwrap();
            bilten_core::orders::complete(&ctx, &mut tx, order.id).await.unwrap();
            tx.commit().await.unwrap();
        });
    }
    for hold in held {
        let (db, ctx) = (app.db.clone(), shop.ctx());
        tasks.spawn(async move {
            let mut tx = db.begin(&ctx).await.unwrap();
            assert!(bilten_core::inventory::abandon(&mut tx, &ctx, hold.id).await.unwrap());
            tx.commit().await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    for (id, code) in [(one, "ONE"), (two, "TWO")] {
        let promo = find(&shop, id).await;
        assert_eq!((promo.held, promo.used), (0, uses(&buy, code)), "{code}");
        assert_eq!(
            (promo.spent.held_minor, promo.spent.used_minor),
            (0, uses(&buy, code) * 500)
        );
    }
    bilten_tests::report(&format!(
        "codes: {count} carts of 60 got 9 and 5 last uses of two codes named in both orders"
    ));
}
