//! Promo codes: as many uses as there are, for the tickets they are for, at the prices that they leave.

use std::{collections::BTreeMap, sync::Arc};

use bilten_core::{
    catalog::{self, NewPriceTier, NewTicketType},
    inventory::{self, Engine, EngineLimits, Hold, HoldError, HoldRequest, PromoRefused},
    orders::{self, CompleteError, Completed, OrderState},
    promo::{self, AddPromoError, Discount, NewPromo},
};
use bilten_kernel::{OrderId, PromoCodeId, TicketTypeId};
use bilten_tests::TestApp;
use futures_util::future::join_all;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::stock::shop::Shop;

fn new(code: &str, discount: Discount, uses: i64) -> NewPromo {
    NewPromo {
        code: code.parse().unwrap(),
        discount,
        rules: bilten_core::promo::PromoRules::default(),
        uses,
        ticket_types: Vec::new(),
        starts_at: None,
        ends_at: None,
    }
}

async fn try_add(shop: &Shop<'_>, new: NewPromo) -> Result<PromoCodeId, AddPromoError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let id = promo::add_promo(&ctx, &mut tx, shop.event, new).await?;
    tx.commit().await.unwrap();
    Ok(id)
}

async fn add(shop: &Shop<'_>, new: NewPromo) -> PromoCodeId {
    try_add(shop, new).await.unwrap()
}

async fn withdraw(shop: &Shop<'_>, id: PromoCodeId) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    promo::withdraw_promo(&ctx, &mut tx, shop.event, id).await.unwrap();
    tx.commit().await.unwrap();
}

fn wish(shop: &Shop<'_>, items: &[(TicketTypeId, u32)], code: &str) -> HoldRequest {
    HoldRequest {
        event: shop.event,
        items: items.to_vec(),
        keep_together: false,
        request_key: None,
        promo_code: (!code.is_empty()).then(|| code.parse().unwrap()),
        extras: bilten_core::inventory::Extras::default(),
    }
}

async fn hold(shop: &Shop<'_>, quantity: u32, code: &str) -> Result<Hold, HoldError> {
    let request = wish(shop, &[(shop.ticket_type, quantity)], code);
    shop.engine.hold(&shop.ctx(), request).await
}

/// Carts and orders that have the event's codes.
async fn uses(shop: &Shop<'_>) -> (i64, i64) {
    let mut tx = shop.app.db.begin(&shop.ctx()).await.unwrap();
    let page = promo::list_promos(&mut tx, shop.event, None, 10).await.unwrap();
    page.rows
        .iter()
        .fold((0, 0), |(held, used), code| (held + code.held, used + code.used))
}

/// Number, price and full price of each line.
fn prices(hold: &Hold) -> Vec<(u32, i64, Option<i64>)> {
    let line = |line: &inventory::HoldLine| {
        let full = line.full_price.map(|price| price.minor);
        (line.quantity, line.unit_price.minor, full)
    };
    hold.lines.iter().map(line).collect()
}

fn refused(why: PromoRefused) -> Result<Hold, HoldError> {
    Err(HoldError::Promo(why))
}

async fn complete(shop: &Shop<'_>, order: OrderId) -> Result<Completed, CompleteError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let completed = orders::complete(&ctx, &mut tx, order).await?;
    tx.commit().await.unwrap();
    Ok(completed)
}

const USED_UP: PromoRefused = PromoRefused::UsedUp {
    is_held_by_others: true,
};

#[tokio::test]
async fn a_cart_is_one_use_and_keeps_what_it_took_off_until_its_order_is_refunded() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    add(&shop, new("early", Discount::Share(1_500), 10)).await;
    add(&other, new("early", Discount::Share(1_500), 10)).await;
    let held = hold(&shop, 3, "EARLY").await.unwrap();
    assert_eq!(prices(&held), [(3, 8_500, Some(10_000))]);
    assert_eq!(
        (held.total().unwrap().minor, held.discount().unwrap().minor),
        (25_500, 4_500)
    );
    assert_eq!(uses(&shop).await, (1, 0));
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert_eq!(inventory::find(&mut tx, held.id).await.unwrap(), Some(held.clone()));
    drop(tx);

    let order = shop.quote(&held).await.unwrap();
    assert_eq!(order.promo_code.as_deref(), Some("EARLY"));
    assert_eq!((order.total.minor, order.discount().unwrap().minor), (25_500, 4_500));
    complete(&shop, order.id).await.unwrap();
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((0, 1), (0, 3)));
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::cancel_paid(&ctx, &mut tx, order.id, OrderState::Refunded)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((0, 0), (0, 0)));
    assert_eq!(uses(&other).await, (0, 0), "another tenant's code is not touched");
}

/// 12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_buyers_on_two_nodes_get_exactly_as_many_uses_as_there_are() {
    const USES: i64 = 7;
    let app = TestApp::start_with(12).await;
    let shop = Shop::open(&app, &app.alfa, 1_000).await;
    add(&shop, new("LAST", Discount::Amount(2_500), USES)).await;
    let node = || Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default());
    let nodes = [node(), node()];
    let mut buyers = JoinSet::new();
    for number in 0..50_usize {
        let (engine, ctx) = (nodes[number % 2].clone(), shop.ctx());
        let request = wish(&shop, &[(shop.ticket_type, 2)], "LAST");
        buyers.spawn(async move { engine.hold(&ctx, request).await });
    }
    let mut answers = BTreeMap::new();
    while let Some(answer) = buyers.join_next().await {
        let said = match answer.unwrap() {
            Ok(hold) => format!("{:?}", prices(&hold)),
            Err(error) => error.to_string(),
        };
        *answers.entry(said).or_insert(0_i64) += 1;
    }
    let expected = [
        ("[(2, 7500, Some(10000))]", USES),
        ("the promo code is used up", 50 - USES),
    ];
    assert_eq!(answers, expected.map(|(said, times)| (said.to_owned(), times)).into());
    assert_eq!(uses(&shop).await, (USES, 0));
    assert_eq!(
        shop.held_and_sold().await,
        (2 * USES, 0),
        "who was refused holds nothing"
    );
}

#[tokio::test]
async fn a_use_comes_back_with_the_cart_that_had_it() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    add(&shop, new("ONCE", Discount::Amount(100), 1)).await;
    let first = hold(&shop, 1, "ONCE").await.unwrap();
    assert_eq!(hold(&shop, 1, "ONCE").await, refused(USED_UP));
    app.advance(SignedDuration::from_mins(16));
    let second = hold(&shop, 1, "once").await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert!(inventory::abandon(&mut tx, &ctx, second.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(uses(&shop).await, (0, 0));
    hold(&shop, 1, "ONCE").await.unwrap();
    app.advance(SignedDuration::from_mins(16));
    inventory::sweep(&app.db, &shop.ctx()).await.unwrap();
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((0, 0), (0, 0)));
    let third = hold(&shop, 2, "ONCE").await.unwrap();
    let order = shop.quote(&third).await.unwrap();
    complete(&shop, order.id).await.unwrap();
    let for_ever = PromoRefused::UsedUp {
        is_held_by_others: false,
    };
    assert_eq!(hold(&shop, 1, "ONCE").await, refused(for_ever));
    assert!(first.promo.is_some());
}

#[tokio::test]
async fn money_that_comes_after_the_use_went_to_somebody_else_buys_nothing() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    add(&shop, new("ONCE", Discount::Amount(100), 1)).await;
    let late = hold(&shop, 1, "ONCE").await.unwrap();
    let order = shop.quote(&late).await.unwrap();
    app.advance(SignedDuration::from_mins(16));
    let next = hold(&shop, 1, "ONCE").await.unwrap();
    assert!(matches!(complete(&shop, order.id).await, Err(CompleteError::NoStock)));
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    inventory::abandon(&mut tx, &ctx, next.id).await.unwrap();
    tx.commit().await.unwrap();
    complete(&shop, order.id).await.unwrap();
    assert_eq!(uses(&shop).await, (0, 1), "the use was free again");
}

#[tokio::test]
async fn codes_that_nobody_may_use_are_refused_and_hold_nothing() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let second = Shop::open(&app, &app.alfa, 100).await;
    let stranger = Shop::open(&app, &app.beta, 100).await;
    add(&second, new("SECOND", Discount::Amount(100), 5)).await;
    add(&stranger, new("STRANGER", Discount::Amount(100), 5)).await;
    let gone = add(&shop, new("GONE", Discount::Amount(100), 5)).await;
    let kept = hold(&shop, 1, "GONE").await.unwrap();
    withdraw(&shop, gone).await;
    withdraw(&shop, gone).await;
    for code in ["GONE", "SECOND", "STRANGER", "NOBODYS"] {
        assert_eq!(hold(&shop, 1, code).await, refused(PromoRefused::Unknown), "{code}");
    }
    let opens = app.now() + SignedDuration::from_mins(5);
    let window = NewPromo {
        starts_at: Some(opens),
        ends_at: Some(opens + SignedDuration::from_mins(1)),
        ..new("GONE", Discount::Share(10_000), 5)
    };
    add(&shop, window).await;
    assert_eq!(hold(&shop, 1, "GONE").await, refused(PromoRefused::NotYet(opens)));
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((1, 0), (1, 0)));
    app.advance(SignedDuration::from_mins(5));
    let free = hold(&shop, 2, "GONE").await.unwrap();
    assert_eq!((free.total().unwrap().minor, prices(&free)[0].1), (0, 0));
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(hold(&shop, 1, "GONE").await, refused(PromoRefused::Over));
    let order = shop.quote(&kept).await.unwrap();
    assert_eq!(order.total.minor, 9_900, "what a cart has it keeps");
}

#[tokio::test]
async fn a_code_for_one_type_leaves_the_others_at_their_prices() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let stranger = Shop::open(&app, &app.beta, 100).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let seats = NewTicketType::new("Seats".parse().unwrap(), 20_000, 10);
    let seats = catalog::add_ticket_type(&ctx, &mut tx, shop.event, seats)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let limited = |types| NewPromo {
        ticket_types: types,
        ..new("SEATS", Discount::Share(5_000), 5)
    };
    let foreign = try_add(&shop, limited(vec![seats, stranger.ticket_type])).await;
    assert!(matches!(foreign, Err(AddPromoError::TicketType(id)) if id == stranger.ticket_type));
    add(&shop, limited(vec![seats, seats])).await;
    assert_eq!(hold(&shop, 2, "SEATS").await, refused(PromoRefused::NotForTickets));
    let both = wish(&shop, &[(shop.ticket_type, 2), (seats, 1)], "SEATS");
    let both = shop.engine.hold(&ctx, both).await.unwrap();
    assert_eq!(prices(&both), [(2, 10_000, None), (1, 10_000, Some(20_000))]);
    assert_eq!(uses(&shop).await, (1, 0));
}

#[tokio::test]
async fn something_is_taken_off_the_prices_of_tiers() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let tier = NewPriceTier {
        name: "Early bird".parse().unwrap(),
        price_minor: 3_000,
        quantity: 2,
        ends_at: None,
    };
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    catalog::set_price_tiers(&ctx, &mut tx, (shop.event, shop.ticket_type), &[tier])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    add(&shop, new("BOTH", Discount::Amount(3_500), 1)).await;
    let straddling = [(2, 0, Some(3_000)), (1, 6_500, Some(10_000))];
    let first = hold(&shop, 3, "BOTH").await.unwrap();
    assert_eq!(prices(&first), straddling);
    assert_eq!(first.discount().unwrap().minor, 9_500);
    assert_eq!(uses(&shop).await, (1, 0), "a cart with two lines is one use");
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(
        prices(&hold(&shop, 3, "BOTH").await.unwrap()),
        straddling,
        "tier and use came back"
    );
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((1, 0), (3, 0)));
}

#[tokio::test]
async fn the_same_request_is_the_same_cart_and_one_with_another_code_is_not() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    add(&shop, new("OTHER", Discount::Amount(100), 5)).await;
    add(&shop, new("ONE", Discount::Amount(100), 5)).await;
    let ask = async |code: &str| {
        let request = HoldRequest {
            request_key: Some("key".to_owned()),
            ..wish(&shop, &[(shop.ticket_type, 1)], code)
        };
        shop.engine.hold(&shop.ctx(), request).await
    };
    let first = ask("ONE").await.unwrap();
    assert_eq!(ask("one").await.as_ref(), Ok(&first));
    for code in ["OTHER", "", "NOBODYS"] {
        assert_eq!(ask(code).await, Err(HoldError::OtherRequest), "{code}");
    }
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((1, 0), (1, 0)));
}

#[tokio::test]
async fn each_of_a_group_with_good_and_bad_codes_gets_his_own_answer() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    add(&shop, new("TWICE", Discount::Amount(500), 2)).await;
    add(&shop, new("SPARE", Discount::Share(1_000), 9)).await;
    // Polled once each before any lane runs: they are one group, in this order.
    let wishes = [
        (1, "TWICE"),
        (1, "NOBODYS"),
        (1, ""),
        (99, "TWICE"),
        (1, "twice"),
        (1, "TWICE"),
        (4, "SPARE"),
        (2, "SPARE"),
        (1, ""),
    ];
    let answers = join_all(wishes.map(|(quantity, code)| hold(&shop, quantity, code))).await;
    let said: Vec<_> = answers.iter().map(|answer| answer.as_ref().map(prices)).collect();
    let sold_out = |left| HoldError::SoldOut {
        ticket_type: shop.ticket_type,
        left,
        is_held_by_others: true,
    };
    let too_many = HoldError::QuantityOutOfRange {
        ticket_type: shop.ticket_type,
        min: 1,
        max: 10,
    };
    let expected = [
        Ok(vec![(1, 9_500, Some(10_000))]),
        Err(&HoldError::Promo(PromoRefused::Unknown)),
        Ok(vec![(1, 10_000, None)]),
        Err(&too_many),
        Ok(vec![(1, 9_500, Some(10_000))]),
        Err(&HoldError::Promo(USED_UP)),
        Err(&sold_out(2)),
        Ok(vec![(2, 9_000, Some(10_000))]),
        Err(&sold_out(0)),
    ];
    assert_eq!(said, expected);
    assert_eq!((uses(&shop).await, shop.held_and_sold().await), ((3, 0), (5, 0)));
}
