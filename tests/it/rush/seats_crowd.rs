//! Many who want seats at once, on one node and on two, while the organizer changes the plan and buyers go away.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use bilten_core::{
    inventory::{Engine, EngineLimits, HoldError, HoldRequest},
    orders, tickets,
};
use bilten_kernel::Money;
use bilten_tests::{TestApp, report};
use futures_util::future::join_all;
use tokio::task::JoinSet;

use super::seats::{check_books, free, open, plan, section, set};
use crate::stock::shop::Shop;

/// Ten rows of ten seats, an aisle in the middle of each.
const HOUSE: [(&str, &str); 10] = [
    ("A", "sssss.sssss"),
    ("B", "sssss.sssss"),
    ("C", "sssss.sssss"),
    ("D", "sssss.sssss"),
    ("E", "sssss.sssss"),
    ("F", "sssss.sssss"),
    ("G", "sssss.sssss"),
    ("H", "sssss.sssss"),
    ("J", "sssss.sssss"),
    ("K", "sssss.sssss"),
];

fn wish(shop: &Shop<'_>, quantity: u32) -> HoldRequest {
    HoldRequest {
        event: shop.event,
        items: vec![(shop.ticket_type, quantity)],
        keep_together: false,
        request_key: None,
        promo_code: None,
        extras: bilten_core::inventory::Extras::default(),
    }
}

fn node(app: &TestApp) -> Engine {
    Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default())
}

/// 14
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_three_hundred_buyers_share_a_hundred_seats_on_two_nodes() {
    let app = TestApp::start_with(12).await;
    let shop = open(&app, &app.alfa, &HOUSE).await;
    let other = open(&app, &app.beta, &HOUSE).await;
    let nodes = [node(&app), node(&app)];
    let mut buyers = JoinSet::new();
    for number in 0..300_usize {
        let (engine, ctx) = (nodes[number % 2].clone(), shop.ctx());
        let request = wish(&shop, 1 + u32::try_from(number % 4).unwrap());
        buyers.spawn(async move { (number, engine.hold(&ctx, request).await) });
    }
    let mut holds = Vec::new();
    while let Some(answer) = buyers.join_next().await {
        match answer.unwrap() {
            (_, Ok(hold)) => holds.push(hold),
            (number, Err(HoldError::SoldOut { left, .. })) => {
                assert!(usize::try_from(left).unwrap() < 1 + number % 4, "{left} were left");
            }
            (_, Err(error)) => panic!("{error}"),
        }
    }
    check_books(&app).await;
    let seats: Vec<_> = holds
        .iter()
        .flat_map(|hold| &hold.seats.seats)
        .map(|held| held.seat.clone())
        .collect();
    let distinct: BTreeSet<_> = seats.iter().collect();
    assert_eq!(
        (seats.len(), distinct.len()),
        (100, 100),
        "all seats are sold, none twice"
    );
    let together = holds.iter().filter(|hold| hold.seats.is_together).count();
    report(&format!(
        "seats: 100 of 100 sold to {} groups, {together} of them together",
        holds.len()
    ));
    assert_eq!((free(&shop).await, free(&other).await), (0, 100));

    // Everybody pays: the money is that of a hundred tickets, and each ticket has the seat of its cart.
    let mut paid = 0;
    for hold in &holds {
        let ctx = shop.ctx();
        let order = shop.quote(hold).await.unwrap();
        let mut tx = app.db.begin(&ctx).await.unwrap();
        orders::complete(&ctx, &mut tx, order.id).await.unwrap();
        let issued = tickets::list_for_order(&mut tx, order.id).await.unwrap();
        tx.commit().await.unwrap();
        let theirs: Vec<_> = issued.into_iter().filter_map(|ticket| ticket.seat).collect();
        assert!(theirs.iter().eq(hold.seats.of(shop.ticket_type)));
        paid += order.total.minor;
    }
    assert_eq!(Money::new(paid, "EUR".parse().unwrap()).minor, 100 * 10_000);
    assert_eq!(shop.held_and_sold().await, (0, 100));
    check_books(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_survive_buyers_who_go_away_and_an_organizer_who_blocks_some() {
    let app = TestApp::start_with(12).await;
    let shop = open(&app, &app.alfa, &HOUSE).await;
    let nodes = [node(&app), node(&app)];
    let mut buyers = JoinSet::new();
    for number in 0..120_usize {
        let (engine, ctx) = (nodes[number % 2].clone(), shop.ctx());
        let request = wish(&shop, 1 + u32::try_from(number % 4).unwrap());
        let patience = (number % 3 == 0).then_some(number % 7);
        buyers.spawn(async move {
            let hold = engine.hold(&ctx, request);
            tokio::pin!(hold);
            for _ in 0..patience.unwrap_or(0) {
                if let std::task::Poll::Ready(answer) = futures_util::poll!(&mut hold) {
                    return answer.ok();
                }
                tokio::task::yield_now().await;
            }
            // Whoever has lost his patience hangs up here.
            if patience.is_some() { None } else { hold.await.ok() }
        });
    }
    let mut blocked = 0;
    for letter in ["A", "K"] {
        let rows: Vec<(&str, &str)> = HOUSE
            .iter()
            .map(|(label, places)| (*label, if *label == letter { "SSSSS.SSSSS" } else { *places }))
            .collect();
        let mut wanted = plan(&shop, vec![section("Stalls", &rows)]);
        wanted.fit_capacity = true;
        set(&shop, &wanted).await.unwrap();
        blocked += 1;
    }
    assert_eq!(blocked, 2);
    let mut holds = Vec::new();
    while let Some(answer) = buyers.join_next().await {
        holds.extend(answer.unwrap());
    }
    // What was offered to those who had gone comes back by itself; nobody sleeps, so it may be on its way.
    let seats: Vec<_> = holds
        .iter()
        .flat_map(|hold| &hold.seats.seats)
        .map(|held| &held.seat)
        .collect();
    assert_eq!(seats.iter().collect::<BTreeSet<_>>().len(), seats.len());
    app.advance(bilten_core::inventory::HOLD_TTL);
    bilten_core::inventory::sweep(&app.db, &shop.ctx()).await.unwrap();
    assert_eq!(shop.held_and_sold().await, (0, 0));
    assert_eq!(free(&shop).await, 90, "row K is blocked");
    check_books(&app).await;
}

#[tokio::test]
async fn counted_a_group_in_an_arena_reads_rows_and_not_seats() {
    const GROUP: usize = 256;
    let app = TestApp::start_with(12).await;
    let seats = "s".repeat(25);
    let labels: Vec<String> = (1..=500).map(|n| n.to_string()).collect();
    let rows: Vec<(&str, &str)> = labels.iter().map(|label| (label.as_str(), seats.as_str())).collect();
    let shop = Shop::open(&app, &app.alfa, 50_000).await;
    let sections = ["North", "East", "South", "West"].map(|name| section(name, &rows));
    let started = Instant::now();
    set(&shop, &plan(&shop, sections.to_vec())).await.unwrap();
    report(&format!(
        "seats: a plan of 50,000 seats is set in {} ms",
        started.elapsed().as_millis()
    ));
    let plain = Shop::open(&app, &app.beta, 50_000).await;
    let mut times: BTreeMap<&str, u128> = BTreeMap::new();
    for (name, shop) in [("with seats", &shop), ("without", &plain)] {
        shop.hold(2).await.unwrap();
        for _ in 0..4 {
            let ctx = shop.ctx();
            let group = (0..GROUP).map(|n| shop.engine.hold(&ctx, wish(shop, 1 + u32::try_from(n % 4).unwrap())));
            let started = Instant::now();
            let held = join_all(group).await;
            let took = started.elapsed().as_micros();
            assert!(held.iter().all(Result::is_ok));
            times
                .entry(name)
                .and_modify(|least| *least = took.min(*least))
                .or_insert(took);
        }
    }
    for (name, took) in &times {
        report(&format!(
            "seats: {GROUP} wishes at once in an event of 50,000 {name} take {took} µs"
        ));
    }
    let started = Instant::now();
    shop.hold(2).await.unwrap();
    report(&format!(
        "seats: one wish alone takes {} µs",
        started.elapsed().as_micros()
    ));
    check_books(&app).await;
}
