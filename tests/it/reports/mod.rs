//! What organizers read, on a real PostgreSQL and beside a second tenant that sells the same.

use bilten_core::{
    check_in::{self, AdmitTicket, ScanInput},
    reports::{self, AttendeeFilter, OrderFilter, Reach},
};
use bilten_kernel::{EventId, OrganizerId, ZoneName};
use bilten_tenancy::permissions::Scope;
use bilten_tests::TestApp;
use jiff::SignedDuration;

use crate::stock::shop::Shop;

#[tokio::test]
async fn sales_of_an_event_are_its_own_and_nobody_elses() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 10).await,
        Shop::open(&app, &app.beta, 10).await,
    );
    shop.buy(2).await;
    other.buy(5).await;
    shop.hold(3).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let report = reports::event_report(&ctx, &mut tx, shop.event).await.unwrap().unwrap();
    let row = &report.types[0];
    assert_eq!((row.sold, row.held, row.capacity, row.gross.minor), (2, 3, 10, 20_000));
    assert_eq!((report.sold, report.held, report.capacity), (2, 3, 10));
    assert_eq!(
        (report.chart.total.minor, report.chart.tickets, report.chart.orders),
        (20_000, 2, 1)
    );
    assert_eq!(report.counts.expected, 2);
    assert!(
        reports::event_report(&ctx, &mut tx, other.event)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_cart_that_expired_is_not_counted_as_held() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    shop.hold(3).await.unwrap();
    app.advance(bilten_core::inventory::HOLD_TTL);
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let report = reports::event_report(&ctx, &mut tx, shop.event).await.unwrap().unwrap();
    assert_eq!((report.held, report.types[0].held), (0, 0));
}

#[tokio::test]
async fn today_is_compared_with_the_same_hours_a_week_ago() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    shop.buy(1).await;
    // Later on the same day a week ago: not yet part of a fair comparison.
    app.advance(SignedDuration::from_hours(3));
    shop.buy(5).await;
    app.advance(SignedDuration::from_hours(7 * 24 - 2));
    shop.buy(3).await;
    let ctx = shop.ctx();
    let zone: ZoneName = "Europe/Ljubljana".parse().unwrap();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let home = reports::home(&ctx, &mut tx, (&zone, "EUR".parse().unwrap()), &Reach::All)
        .await
        .unwrap();
    assert_eq!((home.sales.total.minor, home.sales.before.minor), (30_000, 10_000));
    assert_eq!(
        (home.sales.tickets, home.sales.orders, home.sales.change_percent()),
        (3, 1, Some(200))
    );
    assert_eq!(home.sales.steps.len(), 24);
    // 10 o'clock UTC is noon there.
    assert_eq!(home.sales.steps[12].before.minor, 10_000);
    assert_eq!(home.sales.steps[15].before.minor, 50_000);
    assert_eq!(home.sales.steps[15].gross, None);
    assert_eq!((home.upcoming.len(), home.orders.len()), (1, 3));
    assert_eq!(home.upcoming[0].sold, 9);
    assert_eq!((home.trend.steps.len(), home.trend.total.minor), (30, 90_000));
}

#[tokio::test]
async fn what_needs_a_person_is_noticed() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    shop.buy(9).await;
    app.advance(SignedDuration::from_hours(30 * 24));
    let ctx = shop.ctx();
    let zone: ZoneName = "Europe/Ljubljana".parse().unwrap();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let needs = reports::home(&ctx, &mut tx, (&zone, "EUR".parse().unwrap()), &Reach::All)
        .await
        .unwrap()
        .needs;
    assert_eq!((needs.nearly_sold_out.len(), needs.nearly_sold_out[0].percent), (1, 90));
    assert_eq!((needs.today.len(), needs.today[0].id), (1, shop.event));
    assert_eq!(
        (
            needs.payment_conflicts,
            needs.awaiting_funds,
            needs.failed_jobs,
            needs.drafts
        ),
        (0, 0, 0, 0)
    );
}

#[tokio::test]
async fn orders_come_in_pages_newest_first_and_are_found_by_text() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(shop.buy(1).await.0);
        app.advance(SignedDuration::from_secs(60));
    }
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = reports::list_orders(&mut tx, &OrderFilter::default(), &Reach::All, after, 2)
            .await
            .unwrap();
        seen.extend(page.rows.iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let newest_first: Vec<_> = placed.iter().rev().map(|order| order.id).collect();
    assert_eq!(seen, newest_first);
    let code = placed[1].code.to_string();
    for (text, found) in [
        (code.to_lowercase().as_str(), 1),
        ("BUYER@post", 5),
        ("a buy", 5),
        ("nobody", 0),
        ("%", 0),
    ] {
        let filter = OrderFilter {
            text: Some(text.to_owned()),
            ..OrderFilter::default()
        };
        let page = reports::list_orders(&mut tx, &filter, &Reach::All, None, 50)
            .await
            .unwrap();
        assert_eq!(page.rows.len(), found, "{text}");
    }
    let filter = OrderFilter {
        state: Some("refunded".to_owned()),
        ..OrderFilter::default()
    };
    assert!(
        reports::list_orders(&mut tx, &filter, &Reach::All, None, 50)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

#[tokio::test]
async fn whoever_may_see_one_organizer_sees_no_other_ones_orders() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let (order, _) = shop.buy(1).await;
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let own = reports::organizer_of_event(&mut tx, shop.event).await.unwrap().unwrap();
    assert_eq!(
        reports::scope_of_order(&mut tx, order.id).await.unwrap(),
        Some(Scope::Event(own, shop.event))
    );
    let stranger = OrganizerId::from_uuid(order.id.uuid());
    let single = |event| Reach::Only {
        organizers: Vec::new(),
        events: vec![event],
    };
    for (reach, seen) in [
        (Reach::organizers(vec![own]), 1),
        (Reach::organizers(vec![stranger]), 0),
        (Reach::none(), 0),
        (single(shop.event), 1),
        (single(EventId::from_uuid(order.id.uuid())), 0),
    ] {
        let page = reports::list_orders(&mut tx, &OrderFilter::default(), &reach, None, 50)
            .await
            .unwrap();
        assert_eq!(page.rows.len(), seen);
        let events = reports::list_door_events(&shop.ctx(), &mut tx, &reach).await.unwrap();
        assert_eq!(events.len(), seen);
    }
}

#[tokio::test]
async fn attendees_are_listed_searched_and_exported_in_the_order_of_issue() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 20).await;
    let (order, tickets) = shop.buy(3).await;
    shop.buy(2).await;
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let all = AttendeeFilter::default();
    let first = reports::list_attendees(&mut tx, shop.event, &all, None, 4)
        .await
        .unwrap();
    assert_eq!((first.total, first.rows.len()), (5, 4));
    let second = reports::list_attendees(&mut tx, shop.event, &all, first.next, 4)
        .await
        .unwrap();
    assert_eq!((second.rows.len(), second.next), (1, None));
    let filter = AttendeeFilter {
        text: Some(order.code.to_string()),
    };
    let found = reports::list_attendees(&mut tx, shop.event, &filter, None, 50)
        .await
        .unwrap()
        .rows;
    assert_eq!(found.len(), tickets.len());
    let numbers: std::collections::BTreeSet<i64> = found.iter().map(|row| row.number).collect();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    let exported = reports::list_export_rows(&mut tx, shop.event, None).await.unwrap();
    assert_eq!(exported.len(), 5);
    assert_eq!(exported[0].price.minor, 10_000);
}

#[tokio::test]
async fn the_door_counts_people_per_gate_and_remembers_scans() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let (order, tickets) = shop.buy(3).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let label = format!("{}-2", order.code);
    let codes = [shop.code(&tickets[0]), shop.code(&tickets[0])];
    let inputs = [
        (ScanInput::Code(&codes[0]), "North"),
        (ScanInput::Code(&codes[1]), "South"),
        (ScanInput::Manual(&label), "South"),
    ];
    for (input, gate) in inputs {
        let wish = AdmitTicket {
            input,
            event: Some(shop.event),
            gate,
            key: None,
        };
        let _ = check_in::admit(&ctx, &mut tx, wish).await.unwrap();
    }
    let report = reports::check_in_report(&mut tx, shop.event).await.unwrap();
    assert_eq!(
        (report.counts.admitted, report.counts.expected, report.counts.percent()),
        (2, 3, 66)
    );
    let gates: Vec<_> = report
        .gates
        .iter()
        .map(|gate| (gate.gate.as_str(), gate.admitted))
        .collect();
    assert_eq!(gates, [("North", 1), ("South", 1)]);
    let mut outcomes: Vec<_> = report.scans.iter().map(|scan| scan.outcome.as_str()).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["admitted", "admitted", "already_admitted"]);
    let detail = reports::find_order(&mut tx, order.id).await.unwrap().unwrap();
    assert_eq!(
        detail
            .tickets
            .iter()
            .filter(|ticket| ticket.admitted_at.is_some())
            .count(),
        2
    );
    assert_eq!(detail.timeline.len(), 3, "placed, paid, tickets issued");
}
