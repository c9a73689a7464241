//! Waiting, being let in, and buying; on one node and on two.

use bilten_core::waiting_room::{self, Mode, RoomSettings};
use bilten_kernel::{ApiScopes, EventId};
use bilten_tests::{TestApp, Web, db};
use jiff::SignedDuration;
use serde_json::json;

use super::guest::{Guest, look, set_up, settings};

const QUEUE: &str = "/events/concert/queue";
const PASS: &str = "/events/concert/queue/pass";
const CARTS: &str = "/events/concert/carts";

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_waits_for_the_draw_is_let_in_and_buys() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 100, 20_000).await;
    let (_, elsewhere) = web.open_sale(&other, 100, 20_000).await;
    let opening = app.now() + SignedDuration::from_mins(10);
    set_up(&app, &web, &shop, &event, settings(Some(opening), 60)).await;
    let field = format!("qty_{ticket_type}");
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "1")];

    let guest = Guest::at(&web, &shop, "192.0.2.1");
    let page = guest.get("/events/concert").await;
    assert!(
        page.text.contains(QUEUE),
        "the event's page shows the way: {}",
        page.text
    );
    assert_eq!(
        guest.post(CARTS, &wish).await.leads_to(),
        QUEUE,
        "nobody buys past the queue"
    );
    assert_eq!(guest.state().await, "join_before");
    let seat = guest.join().await;
    assert_eq!(guest.state().await, "before");
    assert_eq!(
        guest.post(PASS, &[]).await.leads_to(),
        QUEUE,
        "nobody enters before the opening"
    );
    assert_eq!(guest.cookie("queue-pass"), None);
    assert_eq!(guest.join().await, seat, "coming again keeps the place");

    app.advance(SignedDuration::from_mins(10));
    assert_eq!(guest.state().await, "drawing");
    look(&web, &shop).await;
    assert_eq!(guest.state().await, "waiting");
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(guest.state().await, "turn");
    assert_eq!(
        guest.post(CARTS, &wish).await.leads_to(),
        QUEUE,
        "a turn is no pass yet"
    );
    assert_eq!(guest.post(PASS, &[]).await.leads_to(), "/events/concert");
    assert_eq!(guest.state().await, "pass");
    assert!(guest.post(CARTS, &wish).await.leads_to().starts_with("/checkout/"));

    // Programs sell as before, and so do other shops.
    web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
    let abroad = Guest::at(&web, &other, "192.0.2.1");
    let theirs = format!("qty_{elsewhere}");
    let wish = [("request_key", "0123456789abcdef"), (theirs.as_str(), "1")];
    assert!(abroad.post(CARTS, &wish).await.leads_to().starts_with("/checkout/"));
    assert_eq!(abroad.get(QUEUE).await.leads_to(), "/events/concert");
    assert_eq!(abroad.state().await, "off");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_arrivals_queue_behind_the_draw_and_positions_are_honest() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    set_up(
        &app,
        &web,
        &shop,
        &event,
        settings(Some(app.now() + SignedDuration::from_mins(1)), 60),
    )
    .await;
    let early: Vec<_> = (1..=20)
        .map(|n| Guest::at(&web, &shop, &format!("192.0.2.{n}")))
        .collect();
    for guest in &early {
        guest.join().await;
    }
    app.advance(SignedDuration::from_mins(1));
    look(&web, &shop).await;
    let late = Guest::at(&web, &shop, "192.0.2.99");
    assert_eq!(late.join().await, 20);
    let status = late.status().await;
    assert_eq!(
        (&status["state"], &status["values"]["ahead"]),
        (&json!("waiting"), &json!("20"))
    );
    let mut places: Vec<u64> = Vec::new();
    for guest in &early {
        let status = guest.status().await;
        places.push(status["values"]["ahead"].as_str().unwrap().parse().unwrap());
    }
    let by_arrival = places.clone();
    places.sort_unstable();
    assert_eq!(places, (0..20).collect::<Vec<_>>(), "each place once");
    assert_ne!(by_arrival, places, "shuffled");
    app.advance(SignedDuration::from_secs(10));
    let mut turns = 0;
    for guest in &early {
        turns += usize::from(guest.state().await == "turn");
    }
    assert_eq!(turns, 10, "one a second");
    assert_eq!(late.status().await["values"]["ahead"], "10");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_let_in_exactly_the_same_whatever_the_organizer_changes() {
    let app = TestApp::start().await;
    let nodes = [Web::new(&app), Web::new(&app)];
    let shop = nodes[0].open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = nodes[0].open_sale(&shop, 100, 20_000).await;
    let event_id: EventId = event.parse().unwrap();
    set_up(
        &app,
        &nodes[0],
        &shop,
        &event,
        settings(Some(app.now() + SignedDuration::from_mins(1)), 120),
    )
    .await;
    look(&nodes[1], &shop).await;
    let guests: Vec<_> = (0..60)
        .map(|n| Guest::at(&nodes[n % 2], &shop, &format!("192.0.2.{n}")))
        .collect();
    let mut seats = Vec::new();
    for guest in &guests {
        seats.push(guest.join().await);
    }
    seats.sort_unstable();
    assert_eq!(seats, (0..60).collect::<Vec<_>>(), "the nodes share one row of seats");
    app.advance(SignedDuration::from_mins(1));
    for node in &nodes {
        look(node, &shop).await;
    }
    let admitted = async || {
        let mut counts = [0, 0];
        for guest in &guests {
            let here = guest.status().await;
            let there = guest.moved_to(&nodes[1]).status().await;
            counts[0] += usize::from(guest.moved_to(&nodes[0]).state().await == "turn");
            counts[1] += usize::from(there["state"] == "turn");
            assert_eq!(here["values"], there["values"], "both tell the same");
        }
        assert_eq!(counts[0], counts[1]);
        counts[0]
    };
    app.advance(SignedDuration::from_secs(5));
    assert_eq!(admitted().await, 10, "two a second on both together");
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    waiting_room::set_paused(&ctx, &mut tx, event_id, true).await.unwrap();
    tx.commit().await.unwrap();
    for node in &nodes {
        look(node, &shop).await;
    }
    app.advance(SignedDuration::from_mins(30));
    assert_eq!(admitted().await, 10, "nobody while paused");
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    waiting_room::configure(&ctx, &mut tx, event_id, settings(None, 600))
        .await
        .unwrap();
    waiting_room::set_paused(&ctx, &mut tx, event_id, false).await.unwrap();
    tx.commit().await.unwrap();
    for node in &nodes {
        look(node, &shop).await;
    }
    app.advance(SignedDuration::from_secs(2));
    assert_eq!(admitted().await, 30, "ten a second from the change on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_shop_has_no_queue() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    set_up(&app, &web, &shop, &event, settings(None, 60)).await;
    let guest = Guest::at(&web, &shop, "192.0.2.1");
    guest.join().await;
    let ctx = app.ctx(&app.alfa);
    bilten_tenancy::lifecycle::suspend(&web.state.platform, &ctx, shop.id, "unpaid")
        .await
        .unwrap();
    web.state.directory.forget_all();
    for path in [
        QUEUE,
        "/events/concert/queue/status",
        "/events/concert/queue/challenge",
        "/events/concert/queue/draw",
    ] {
        assert_eq!(guest.get(path).await.status, 403, "{path}");
    }
    for path in [QUEUE, PASS] {
        assert_eq!(guest.post(path, &[]).await.status, 403, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sold_out_or_cancelled_event_says_so_and_gives_no_false_hope() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 1, 20_000).await;
    set_up(&app, &web, &shop, &event, settings(None, 1)).await;
    let (first, second) = (Guest::at(&web, &shop, "192.0.2.1"), Guest::at(&web, &shop, "192.0.2.2"));
    first.join().await;
    second.join().await;
    assert_eq!(second.state().await, "waiting");
    let cart = web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
    web.check_out(&shop, cart["id"].as_str().unwrap(), "k")
        .await
        .expect(200);
    look(&web, &shop).await;
    assert_eq!(second.state().await, "sold_out");
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    bilten_core::catalog::cancel_event(&ctx, &mut tx, event.parse().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    look(&web, &shop).await;
    assert_eq!(second.state().await, "over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_opens_by_itself_when_stock_is_slow_and_closes_when_nobody_comes() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 100, 20_000).await;
    let by_itself = RoomSettings {
        mode: Mode::Auto,
        auto_wait_s: 1,
        ..settings(None, 60)
    };
    set_up(&app, &web, &shop, &event, by_itself).await;
    let guest = Guest::at(&web, &shop, "192.0.2.1");
    assert_eq!(guest.state().await, "off");
    // Somebody holds the stock's lock, and a buyer waits for it.
    let mut admin = app.test_db.admin().await;
    db::run(&mut admin, "begin; select from bilten.capacity_pools for update").await;
    let buyer = web.hold(&shop, &event, &ticket_type, 1);
    let opened = async {
        while guest.state().await == "off" {
            look(&web, &shop).await;
        }
        db::run(&mut admin, "commit").await;
    };
    let (bought, ()) = tokio::join!(buyer, opened);
    bought.expect(201);
    guest.join().await;
    app.advance(SignedDuration::from_secs(2));
    assert_eq!(guest.state().await, "turn", "an empty room lets in at once");
    app.advance(SignedDuration::from_mins(3));
    look(&web, &shop).await;
    assert_eq!(guest.state().await, "off");
    let actions: Vec<String> = sqlx::query_scalar(
        "select action from bilten.audit_entries where action in ('waiting_room.opened', 'waiting_room.closed') order by id",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert_eq!(actions, ["waiting_room.opened", "waiting_room.closed"]);
}
