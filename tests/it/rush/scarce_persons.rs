//! Limits per person: over several orders, on two nodes, and given back with what ends.

use std::{collections::BTreeMap, sync::Arc};

use bilten_billing::{
    checkout::{self, Checkout, PayError, PayOrder},
    provider::{Method, Provider, Providers},
    risk::{Payer, Risk},
    sandbox::Sandbox,
};
use bilten_core::{
    MasterKey, catalog,
    inventory::{self, Hold, HoldError, LimitReached},
    orders::{self, Channel, OrderState, QuoteError, QuoteOrder},
};
use bilten_kernel::Money;
use bilten_tests::{Tenant, TestApp};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::stock::shop::Shop;

async fn limit(shop: &Shop<'_>, of_type: bool, max: u32) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let ticket_type = of_type.then_some(shop.ticket_type);
    catalog::set_person_limit(&ctx, &mut tx, shop.event, ticket_type, Some(max))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Makes so many tickets cost nothing, so that the order is complete when it is placed.
async fn give_away(shop: &Shop<'_>, tickets: usize) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let gift = catalog::NewPriceTier {
        name: "Gift".parse().unwrap(),
        price_minor: 0,
        quantity: i64::try_from(tickets).unwrap(),
        ends_at: None,
    };
    catalog::set_price_tiers(&ctx, &mut tx, (shop.event, shop.ticket_type), &[gift])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn wish(hold: &Hold, email: &str) -> QuoteOrder {
    QuoteOrder {
        cart: hold.id,
        buyer_email: email.parse().unwrap(),
        buyer_name: "A Buyer".parse().unwrap(),
        channel: Channel::Api,
        tax: None,
    }
}

/// Makes the order and keeps it when it was made.
async fn quote(shop: &Shop<'_>, hold: &Hold, email: &str) -> Result<orders::Order, QuoteError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let order = orders::quote(&ctx, &mut tx, &wish(hold, email)).await?;
    tx.commit().await.unwrap();
    Ok(order)
}

fn reached(result: Result<orders::Order, QuoteError>) -> LimitReached {
    match result {
        Err(QuoteError::Limit(reached)) => reached,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_person_has_the_limit_over_several_orders_and_gets_it_back_with_what_ends() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    limit(&shop, false, 4).await;
    limit(&other, false, 4).await;
    let first = shop.hold(3).await.unwrap();
    let order = quote(&shop, &first, "kari@post.test").await.unwrap();
    let second = shop.hold(2).await.unwrap();
    let refused = reached(quote(&shop, &second, " Kari@Post.test ").await);
    assert_eq!((refused.ticket_type, refused.max, refused.has), (None, 4, 3));
    quote(&shop, &second, "ola@post.test").await.unwrap();
    let elsewhere = other.hold(4).await.unwrap();
    quote(&other, &elsewhere, "kari@post.test").await.unwrap();

    // Sold, it counts for good, until the order is cancelled.
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::complete(&ctx, &mut tx, order.id).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(SignedDuration::from_mins(16));
    let third = shop.hold(2).await.unwrap();
    assert_eq!(reached(quote(&shop, &third, "kari@post.test").await).has, 3);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::cancel_paid(&ctx, &mut tx, order.id, OrderState::Refunded)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    quote(&shop, &third, "kari@post.test").await.unwrap();

    // What expired in a cart does not count, whether somebody has tidied or not.
    app.advance(SignedDuration::from_mins(16));
    let fourth = shop.hold(4).await.unwrap();
    quote(&shop, &fourth, "kari@post.test").await.unwrap();
}

#[tokio::test]
async fn a_type_has_its_own_limit_and_a_cart_that_nobody_could_buy_is_refused() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    limit(&shop, true, 2).await;
    let refused = shop.hold(3).await;
    let alone = LimitReached {
        ticket_type: Some(shop.ticket_type),
        promo_code: None,
        max: 2,
        has: 0,
    };
    assert_eq!(refused, Err(HoldError::Limit(alone)));
    let (first, second) = (shop.hold(2).await.unwrap(), shop.hold(1).await.unwrap());
    quote(&shop, &first, "kari@post.test").await.unwrap();
    quote(&shop, &second, "ola@post.test").await.unwrap();
    // The buyer is changed: the cart is no longer the first one's.
    let refused = reached(quote(&shop, &second, "kari@post.test").await);
    assert_eq!((refused.ticket_type, refused.has), (Some(shop.ticket_type), 2));
    quote(&shop, &first, "eva@post.test").await.unwrap();
    quote(&shop, &second, "kari@post.test").await.unwrap();
}

#[tokio::test]
async fn money_that_comes_late_does_not_lift_the_limit() {
    let app = TestApp::start().await;
    late_money(&app, &app.alfa, false).await;
    late_money(&app, &app.beta, true).await;
}

async fn late_money(app: &TestApp, tenant: &Tenant, is_tidied: bool) {
    let shop = Shop::open(app, tenant, 100).await;
    limit(&shop, false, 4).await;
    let late = shop.hold(3).await.unwrap();
    let late = quote(&shop, &late, "kari@post.test").await.unwrap();
    app.advance(SignedDuration::from_mins(16));
    if is_tidied {
        inventory::sweep(&app.db, &shop.ctx()).await.unwrap();
    }
    let again = shop.hold(3).await.unwrap();
    quote(&shop, &again, "kari@post.test").await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let refused = orders::complete(&ctx, &mut tx, late.id).await;
    assert!(matches!(refused, Err(orders::CompleteError::NoStock)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_sell_a_person_exactly_the_limit_and_nobody_else_waits() {
    const CARTS: usize = 12;
    let app = TestApp::start_with(16).await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    limit(&shop, false, 4).await;
    give_away(&shop, CARTS).await;
    let mut carts = Vec::with_capacity(CARTS);
    for number in 0..CARTS {
        let email = if number % 3 == 2 {
            format!("b{number}@post.test")
        } else {
            "kari@post.test".to_owned()
        };
        carts.push((shop.hold(1).await.unwrap(), email));
    }
    let provider = || -> Arc<dyn Provider> { Arc::new(Sandbox::new(app.db.clone(), vec![MasterKey::new([7; 32])])) };
    let node = || {
        Arc::new(Checkout::new(
            app.db.clone(),
            Providers::new([provider()]),
            Risk::new(MasterKey::new([7; 32])),
        ))
    };
    let nodes = [node(), node()];
    let mut buyers = JoinSet::new();
    for (number, (hold, email)) in carts.into_iter().enumerate() {
        let (node, ctx) = (Arc::clone(&nodes[number % 2]), shop.ctx());
        buyers.spawn(async move {
            let order = PayOrder {
                cart: hold.id,
                payer: Payer::default(),
                quote: Some(wish(&hold, &email)),
                accepted_total: Some(Money::zero(hold.currency)),
                provider: "sandbox",
                method: Method::Instant,
                return_to: None,
                token: None,
                key: None,
            };
            (email, checkout::pay(&node, &ctx, order).await)
        });
    }
    let mut outcomes: BTreeMap<(bool, bool), usize> = BTreeMap::new();
    while let Some(outcome) = buyers.join_next().await {
        let (email, paid) = outcome.unwrap();
        let is_limited = matches!(paid, Err(PayError::Quote(QuoteError::Limit(_))));
        assert!(paid.is_ok() || is_limited, "{paid:?}");
        *outcomes.entry((email == "kari@post.test", paid.is_ok())).or_default() += 1;
    }
    assert_eq!(
        outcomes,
        BTreeMap::from([((true, true), 4), ((true, false), 4), ((false, true), 4)])
    );
    let mut admin = app.test_db.admin().await;
    let over: i64 = sqlx::query_scalar("select count(*) from bilten.person_counts where tickets > 4 or most <> 4")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(over, 0);
}
