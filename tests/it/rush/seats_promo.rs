//! Seats and promo codes in one cart: both are given, or neither.

use bilten_core::{
    inventory::{self, Hold, HoldError, HoldRequest},
    orders::{self, OrderState},
    promo::{self, Discount, NewPromo},
};
use bilten_tests::TestApp;
use futures_util::future::join_all;

use super::seats;
use crate::stock::shop::Shop;

/// Adds a code that takes a tenth off, once.
async fn add_code(shop: &Shop<'_>) {
    let new = NewPromo {
        code: "ONCE".parse().unwrap(),
        discount: Discount::Share(1_000),
        rules: bilten_core::promo::PromoRules::default(),
        uses: 1,
        ticket_types: Vec::new(),
        starts_at: None,
        ends_at: None,
    };
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    promo::add_promo(&ctx, &mut tx, shop.event, new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn hold(shop: &Shop<'_>, quantity: u32) -> Result<Hold, HoldError> {
    let request = HoldRequest {
        event: shop.event,
        items: vec![(shop.ticket_type, quantity)],
        keep_together: true,
        request_key: None,
        promo_code: Some("ONCE".parse().unwrap()),
        extras: bilten_core::inventory::Extras::default(),
    };
    shop.engine.hold(&shop.ctx(), request).await
}

/// Carts and orders that have the code.
async fn uses(shop: &Shop<'_>) -> (i64, i64) {
    let mut tx = shop.app.db.begin(&shop.ctx()).await.unwrap();
    let page = promo::list_promos(&mut tx, shop.event, None, 1).await.unwrap();
    (page.rows[0].held, page.rows[0].used)
}

#[tokio::test]
async fn the_last_use_of_a_promo_code_comes_back_when_the_seats_are_refused() {
    let app = TestApp::start().await;
    let shop = seats::open(&app, &app.alfa, &[("1", "ss.ss")]).await;
    let other = seats::open(&app, &app.beta, &[("1", "ss.ss")]).await;
    add_code(&shop).await;
    add_code(&other).await;
    // The first is a group of its own; the others share one, and the one who fits comes last.
    let answers = join_all([3, 3, 3, 3, 2].map(|quantity| hold(&shop, quantity))).await;
    for answer in &answers[..4] {
        assert!(
            matches!(answer, Err(HoldError::NotTogether { largest: 2, .. })),
            "{answer:?}"
        );
    }
    let held = answers[4].as_ref().unwrap();
    assert_eq!((held.seats.seats.len(), held.promo_code()), (2, Some("ONCE")));
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((1, 0), (2, 0)));
    assert_eq!(seats::free(&shop).await, 2);
    assert_eq!((uses(&other).await, seats::free(&other).await), ((0, 0), 4));
    seats::check_books(&app).await;
}

#[tokio::test]
async fn a_cart_keeps_its_seats_and_its_promo_code_until_it_is_refunded() {
    let app = TestApp::start().await;
    let shop = seats::open(&app, &app.alfa, &[("1", "ssss")]).await;
    add_code(&shop).await;
    let held = hold(&shop, 2).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(inventory::find(&mut tx, held.id).await.unwrap(), Some(held.clone()));
    drop(tx);
    let order = shop.quote(&held).await.unwrap();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::complete(&ctx, &mut tx, order.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((uses(&shop).await, seats::free(&shop).await), ((0, 1), 2));
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::cancel_paid(&ctx, &mut tx, order.id, OrderState::Refunded)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!((uses(&shop).await, seats::free(&shop).await), ((0, 0), 4));
    seats::check_books(&app).await;
}
