//! Prices that move with demand: the job, what a cart keeps, the switches, and two shops that do not touch.

use bilten_core::{
    catalog::{self, NewTicketType, SetPriceTiersError, UpdateTicketTypeError},
    inventory::{Hold, HoldRequest},
    price_policy::{
        self, AddPolicyError, CurvePoint, Point, PointCause, PolicyFault, PolicyTerms, PriceAfter, SimulateError,
        StartPolicyError,
    },
    pricing::{FeeBand, OpenPrice},
};
use bilten_kernel::{TicketTypeId, Timestamp};
use bilten_tests::{TestApp, Web};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::{charge, terms as plan};
use crate::stock::shop::Shop;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// From 100.00 by 5.00 between 80.00 and 150.00, every six hours, 10.00 a day; nothing should be sold before the event.
pub fn terms(app: &TestApp) -> PolicyTerms {
    PolicyTerms {
        floor: 8_000,
        ceiling: 15_000,
        start: 10_000,
        step: 500,
        min_interval: HOUR * 6,
        max_daily_move: 1_000,
        curve: vec![CurvePoint {
            hours_before: 0,
            sold_bp: 0,
        }],
        tolerance_bp: 500,
        freeze: HOUR * 3,
        starts_at: app.now(),
        notice: "It goes up and down.".parse().unwrap(),
    }
}

async fn add(shop: &Shop<'_>, terms: PolicyTerms) -> Result<i32, AddPolicyError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let added = price_policy::add_policy(&ctx, &mut tx, (shop.event, shop.ticket_type), terms).await?;
    tx.commit().await.unwrap();
    Ok(added.version)
}

async fn simulate(shop: &Shop<'_>, version: i32, source: TicketTypeId) -> Result<(i64, usize), SimulateError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let what = (shop.event, shop.ticket_type);
    let run = price_policy::simulate_policy(&ctx, &mut tx, what, (version, source)).await?;
    tx.commit().await.unwrap();
    Ok((run.tickets, run.moves.len()))
}

async fn start(shop: &Shop<'_>, version: i32) -> Result<(), StartPolicyError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    price_policy::start_policy(&ctx, &mut tx, (shop.event, shop.ticket_type), version).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn stop(shop: &Shop<'_>, after: PriceAfter) -> bool {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let was_on = price_policy::stop_policy(&ctx, &mut tx, (shop.event, shop.ticket_type), after).await;
    tx.commit().await.unwrap();
    was_on.unwrap()
}

/// Adds a version, tries it on the shop's own sale, and switches it on.
pub async fn switch_on(shop: &Shop<'_>, terms: PolicyTerms) -> i32 {
    let version = add(shop, terms).await.unwrap();
    simulate(shop, version, shop.ticket_type).await.unwrap();
    start(shop, version).await.unwrap();
    version
}

async fn look(shop: &Shop<'_>) -> Option<Point> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let what = (shop.event, shop.ticket_type);
    let moved = price_policy::move_price(&ctx, &mut tx, what).await.unwrap();
    tx.commit().await.unwrap();
    moved
}

async fn points(shop: &Shop<'_>) -> Vec<(i64, PointCause)> {
    let mut tx = shop.app.db.begin(&shop.ctx()).await.unwrap();
    let all = price_policy::list_points(&mut tx, shop.ticket_type, 100).await.unwrap();
    all.into_iter().rev().map(|point| (point.price, point.cause)).collect()
}

/// What the next ticket costs in the list, and with everything.
async fn price(shop: &Shop<'_>) -> (i64, i64) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let found = catalog::find_event(&ctx, &mut tx, shop.event).await.unwrap().unwrap();
    let kind = &found.ticket_types[0];
    (kind.price.minor, kind.display_price(ctx.now()).minor)
}

fn unit(hold: &Hold) -> i64 {
    hold.lines[0].unit_price.minor
}

#[tokio::test]
async fn a_price_follows_the_sale_and_carts_keep_theirs() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 100).await,
        Shop::open(&app, &app.beta, 100).await,
    );
    switch_on(&shop, terms(&app)).await;
    assert_eq!(look(&shop).await.map(|point| point.cause), Some(PointCause::Start));
    let before = shop.hold(10).await.unwrap();
    assert_eq!(unit(&before), 10_000);
    assert_eq!(look(&shop).await, None, "a price stays for six hours");
    app.advance(HOUR * 6);
    // The cart that held the ten has expired by now.
    assert_eq!(look(&shop).await, None, "nothing is sold or in carts");
    let held = shop.hold(10).await.unwrap();
    let moved = look(&shop).await.unwrap();
    assert_eq!(
        (moved.before, moved.price, moved.cause),
        (10_000, 10_500, PointCause::Ahead)
    );
    assert_eq!((moved.sold, moved.capacity, moved.expected_bp), (10, 100, 0));
    assert_eq!(moved.actor, "system");
    let next = shop.hold(1).await.unwrap();
    assert_eq!((unit(&held), unit(&next)), (10_000, 10_500));
    let (order, next_order) = (shop.quote(&held).await.unwrap(), shop.quote(&next).await.unwrap());
    assert_eq!((order.total.minor, next_order.total.minor), (100_000, 10_500));
    assert_eq!(look(&shop).await, None, "the same instant twice is one point");
    assert_eq!(points(&shop).await.len(), 2);
    assert_eq!(price(&other).await.0, 10_000);
    assert_eq!(points(&other).await, []);
    let mut admin = app.test_db.admin().await;
    for statement in [
        "update price_points set price_minor = 1",
        "delete from price_points",
        "truncate price_points",
    ] {
        let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
        let refused = sqlx::query(statement).execute(tx.conn()).await;
        assert!(refused.is_err(), "{statement}");
    }
    let left: i64 = sqlx::query_scalar("select count(*) from bilten.price_points where price_minor > 1")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(left, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_at_once_and_one_that_dies_half_way_write_one_point() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    switch_on(&shop, terms(&app)).await;
    // One that dies before its commit.
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let what = (shop.event, shop.ticket_type);
    assert!(price_policy::move_price(&ctx, &mut tx, what).await.unwrap().is_some());
    tx.rollback().await.unwrap();
    assert_eq!(points(&shop).await, []);
    let both = tokio::join!(look(&shop), look(&shop));
    assert_eq!(usize::from(both.0.is_some()) + usize::from(both.1.is_some()), 1);
    app.advance(HOUR * 7);
    shop.hold(10).await.unwrap();
    let many = tokio::join!(look(&shop), look(&shop), look(&shop), shop.hold(1), shop.hold(1));
    let moved = [many.0, many.1, many.2].into_iter().flatten().count();
    assert_eq!(moved, 1);
    for hold in [many.3, many.4] {
        assert!([10_000, 10_500].contains(&unit(&hold.unwrap())));
    }
    assert_eq!(points(&shop).await.len(), 2);
}

#[tokio::test]
async fn the_round_of_the_worker_moves_prices_and_nothing_of_the_other_tenant() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 100).await,
        Shop::open(&app, &app.beta, 100).await,
    );
    let mut later = terms(&app);
    later.starts_at = app.now() + HOUR * 2;
    later.start = 9_000;
    switch_on(&shop, later).await;
    Web::new(&app).run_jobs().await;
    assert_eq!(points(&shop).await, [], "its time has not come");
    assert_eq!(price(&shop).await.0, 10_000);
    app.advance(HOUR * 2);
    Web::new(&app).run_jobs().await;
    Web::new(&app).run_jobs().await;
    assert_eq!(points(&shop).await, [(9_000, PointCause::Start)]);
    assert_eq!(price(&shop).await.0, 9_000);
    assert_eq!(price(&other).await.0, 10_000);
}

#[tokio::test]
async fn a_day_is_24_hours_when_the_clocks_change_and_the_price_freezes_before_the_doors() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    // The event's zone leaves summer time on 26 October 2031 at 01:00 UTC.
    let change: Timestamp = "2031-10-25T10:00:00Z".parse().unwrap();
    let starts_at = change + SignedDuration::from_hours(72);
    let mut admin = app.test_db.admin().await;
    sqlx::query("update bilten.events set starts_at = $1::timestamptz, ends_at = $1::timestamptz + interval '3 hours' where id = $2")
        .bind(starts_at.to_string())
        .bind(shop.event.uuid())
        .execute(&mut admin)
        .await
        .unwrap();
    app.advance(change.duration_since(app.now()));
    switch_on(&shop, terms(&app)).await;
    shop.buy(10).await;
    look(&shop).await.unwrap();
    let mut moves = Vec::new();
    for hour in 1..=72 {
        app.advance(HOUR);
        if let Some(point) = look(&shop).await {
            moves.push((hour, point.price));
        }
    }
    // Two moves fill a day of 24 hours, and so on; the last one is more than three hours before the event.
    assert_eq!(moves[..4], [(6, 10_500), (12, 11_000), (30, 11_500), (36, 12_000)]);
    assert!(moves.iter().all(|(hour, _)| *hour < 69), "{moves:?}");
    assert_eq!(moves.len(), 6);
}

#[tokio::test]
async fn what_is_charged_lies_in_the_range_that_was_told_in_every_currency() {
    for (currency, factor) in [("JPY", 1), ("EUR", 100), ("KWD", 1_000)] {
        let app = TestApp::start().await;
        let shop = Shop::open(&app, &app.alfa, 100).await;
        charge(&app, app.alfa.id, plan((factor * 2, 333), true), (factor, 250)).await;
        let mut admin = app.test_db.admin().await;
        sqlx::query("update bilten.events set currency = $1 where id = $2")
            .bind(currency)
            .bind(shop.event.uuid())
            .execute(&mut admin)
            .await
            .unwrap();
        let mut own = terms(&app);
        (own.floor, own.ceiling, own.start) = (80 * factor, 103 * factor, 100 * factor);
        (own.step, own.max_daily_move) = (factor, 4 * factor);
        switch_on(&shop, own).await;
        shop.buy(10).await;
        for _ in 0..12 {
            app.advance(HOUR * 6);
            look(&shop).await;
            let ctx = shop.ctx();
            let mut tx = app.db.begin(&ctx).await.unwrap();
            let found = catalog::find_event(&ctx, &mut tx, shop.event).await.unwrap().unwrap();
            let (least, most) = found.ticket_types[0].moving_display_range().unwrap();
            tx.commit().await.unwrap();
            let charged = unit(&shop.hold(1).await.unwrap());
            assert!(
                (least.minor..=most.minor).contains(&charged),
                "{currency}: {charged} of {least:?} to {most:?}"
            );
        }
        assert_eq!(price(&shop).await.0, 103 * factor, "{currency}");
    }
}

#[tokio::test]
async fn a_price_that_would_be_shown_outside_what_was_told_stays_where_it_is() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    // A fee of 20.00 below 110.00 and none above: 109.00 shows as 129.00, which is more than floor and ceiling show as.
    let mut odd = plan((2_000, 0), false);
    odd.service_fees[0].bands.push(FeeBand {
        from: 11_000,
        ..FeeBand::default()
    });
    charge(&app, app.alfa.id, odd, (0, 0)).await;
    let mut own = terms(&app);
    (own.floor, own.start, own.ceiling, own.step) = (10_600, 10_600, 11_200, 300);
    switch_on(&shop, own).await;
    shop.buy(10).await;
    assert_eq!(look(&shop).await.map(|point| point.shown_price), Some(12_600));
    app.advance(HOUR * 6);
    assert_eq!(look(&shop).await, None);
    assert_eq!(price(&shop).await, (10_600, 12_600));
}

#[tokio::test]
async fn a_policy_is_stopped_at_once_and_changed_while_carts_are_out() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 100).await,
        Shop::open(&app, &app.beta, 100).await,
    );
    for shop in [&shop, &other] {
        switch_on(shop, terms(&app)).await;
        shop.buy(10).await;
        look(shop).await.unwrap();
    }
    app.advance(HOUR * 6);
    look(&shop).await.unwrap();
    let cart = shop.hold(2).await.unwrap();
    let mut second = terms(&app);
    (second.floor, second.start) = (12_000, 12_000);
    switch_on(&shop, second).await;
    // The price goes on from where it is, into its new bounds.
    let moved = look(&shop).await.unwrap();
    assert_eq!(
        (moved.before, moved.price, moved.cause),
        (10_500, 12_000, PointCause::Bounds)
    );
    assert_eq!(moved.policy_version, 2);
    assert_eq!(shop.quote(&cart).await.unwrap().total.minor, 21_000);
    assert!(stop(&shop, PriceAfter::Keep).await);
    assert!(!stop(&shop, PriceAfter::Start).await, "twice changes nothing");
    assert_eq!(price(&shop).await.0, 12_000);
    app.advance(HOUR * 24);
    assert_eq!(look(&shop).await, None);
    Web::new(&app).run_jobs().await;
    let all = points(&shop).await;
    assert_eq!(all.last(), Some(&(12_000, PointCause::Stopped)));
    // Switched on again it begins anew, and goes back to its beginning when it is stopped so.
    start(&shop, 1).await.unwrap();
    assert_eq!(look(&shop).await.map(|point| point.price), Some(10_000));
    app.advance(HOUR * 6);
    look(&shop).await.unwrap();
    assert!(stop(&shop, PriceAfter::Start).await);
    assert_eq!(price(&shop).await.0, 10_000);
    start(&shop, 1).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(
        price_policy::stop_all(&ctx, &mut tx, PriceAfter::Keep).await.unwrap(),
        1
    );
    tx.commit().await.unwrap();
    Web::new(&app).run_jobs().await;
    assert!(look(&shop).await.is_none());
    let moves = points(&other).await;
    assert!(moves.len() > 2, "the other shop's price still moves: {moves:?}");
    assert!(moves.iter().all(|(_, cause)| *cause != PointCause::Stopped));
}

#[tokio::test]
async fn nothing_is_switched_on_that_was_not_tried_and_nobody_else_sets_a_price_that_moves() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 100).await,
        Shop::open(&app, &app.beta, 100).await,
    );
    shop.buy(3).await;
    let mut bad = terms(&app);
    bad.floor = 0;
    assert!(matches!(
        add(&shop, bad).await,
        Err(AddPolicyError::Fault(PolicyFault::Bounds))
    ));
    let mut late = terms(&app);
    late.starts_at = app.now() + HOUR * 24 * 40;
    assert!(matches!(add(&shop, late).await, Err(AddPolicyError::TooLate)));
    let version = add(&shop, terms(&app)).await.unwrap();
    assert!(matches!(
        start(&shop, version).await,
        Err(StartPolicyError::NotSimulated)
    ));
    assert!(matches!(start(&shop, 9).await, Err(StartPolicyError::NotFound)));
    let foreign = simulate(&shop, version, other.ticket_type).await;
    assert!(matches!(foreign, Err(SimulateError::Source)), "{foreign:?}");
    assert_eq!(simulate(&shop, version, shop.ticket_type).await.unwrap().0, 3);
    start(&shop, version).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let what = (shop.event, shop.ticket_type);
    let change = catalog::TicketTypeChange {
        price_minor: Some(1),
        ..catalog::TicketTypeChange::default()
    };
    let set = catalog::update_ticket_type(&ctx, &mut tx, what, change).await;
    assert!(matches!(set, Err(UpdateTicketTypeError::Moving)), "{set:?}");
    let tier = catalog::NewPriceTier {
        name: "Early".parse().unwrap(),
        price_minor: 100,
        quantity: 5,
        ends_at: None,
    };
    let tiers = catalog::set_price_tiers(&ctx, &mut tx, what, std::slice::from_ref(&tier)).await;
    assert!(matches!(tiers, Err(SetPriceTiersError::Moving)), "{tiers:?}");
    let bounds = Some(OpenPrice { min: 1, max: 2 });
    let named = catalog::set_open_price(&ctx, &mut tx, what, bounds).await;
    assert!(matches!(named, Err(catalog::SetOpenPriceError::Moving)), "{named:?}");
    tx.rollback().await.unwrap();
    // The other way round: a type with tiers gets no policy, another tenant's type is none.
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let new = NewTicketType::new("Child".parse().unwrap(), 6_000, 50);
    let child = catalog::add_ticket_type(&ctx, &mut tx, shop.event, new).await.unwrap();
    catalog::set_price_tiers(&ctx, &mut tx, (shop.event, child), &[tier])
        .await
        .unwrap();
    let tiered = price_policy::add_policy(&ctx, &mut tx, (shop.event, child), terms(&app)).await;
    assert!(matches!(tiered, Err(AddPolicyError::HasTiers)), "{tiered:?}");
    let foreign = price_policy::add_policy(&ctx, &mut tx, (shop.event, other.ticket_type), terms(&app)).await;
    assert!(matches!(foreign, Err(AddPolicyError::NotFound)), "{foreign:?}");
    tx.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_group_of_carts_sees_one_price_whatever_moves_meanwhile() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 1_000).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let second = NewTicketType::new("Balcony".parse().unwrap(), 6_000, 1_000);
    catalog::add_ticket_type(&ctx, &mut tx, shop.event, second)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut quick = terms(&app);
    (quick.tolerance_bp, quick.max_daily_move) = (0, 100_000);
    switch_on(&shop, quick).await;
    shop.buy(10).await;
    look(&shop).await.unwrap();
    for _ in 0..5 {
        app.advance(HOUR * 6);
        let mut carts = JoinSet::new();
        for _ in 0..20 {
            let request = HoldRequest {
                event: shop.event,
                items: vec![(shop.ticket_type, 2)],
                keep_together: false,
                request_key: None,
                promo_code: None,
                extras: bilten_core::inventory::Extras::default(),
            };
            let (engine, ctx) = (shop.engine.clone(), shop.ctx());
            carts.spawn(async move { engine.hold(&ctx, request).await.unwrap() });
        }
        let moved = look(&shop).await.unwrap();
        for hold in carts.join_all().await {
            assert_eq!(hold.lines.len(), 1, "one line, one price");
            assert!([moved.before, moved.price].contains(&unit(&hold)), "{hold:?}");
        }
        assert_eq!(unit(&shop.hold(1).await.unwrap()), moved.price);
    }
}
