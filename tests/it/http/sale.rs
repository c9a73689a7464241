//! Selling: quantities, windows, stock, expiry, payment.

use bilten_kernel::ApiScopes;
use bilten_tests::{Shopkeeper, TestApp, Web};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn quantities_outside_the_limits_are_refused() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 0).await;
    for quantity in [0, -1, 5, 1_000_000, i64::MAX, i64::MIN] {
        let answer = web.hold(&shop, &event, &standing, quantity).await;
        assert_eq!(answer.status, 422, "{quantity}: {}", answer.text);
    }
    let item = json!({ "ticket_type_id": standing, "quantity": 1 });
    for items in [json!([]), json!([item, item])] {
        let body = json!({ "event_id": event, "items": items });
        web.call(&shop, Method::POST, "/carts", Some(&body))
            .await
            .expect_problem(422, "invalid_field");
    }
    let words = json!({ "event_id": event, "items": [{ "ticket_type_id": standing, "quantity": "two" }] });
    web.call(&shop, Method::POST, "/carts", Some(&words))
        .await
        .expect_problem(422, "invalid_body");
    web.hold(&shop, &event, &event, 1)
        .await
        .expect_problem(404, "not_found");
    web.hold(&shop, &standing, &standing, 1)
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_tickets_go_to_whoever_holds_them() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 3, 0).await;
    let cart = web.hold(&shop, &event, &standing, 2).await.expect(201);
    let refused = web.hold(&shop, &event, &standing, 2).await;
    let refused = refused.expect_problem(409, "sold_out");
    assert_eq!(
        (&refused["left"], &refused["is_held_by_others"]),
        (&json!(1), &json!(true))
    );
    let path = format!("/carts/{}", cart["id"].as_str().unwrap());
    assert_eq!(web.call(&shop, Method::DELETE, &path, None).await.status, 204);
    assert_eq!(web.call(&shop, Method::DELETE, &path, None).await.status, 204);
    let next = web.hold(&shop, &event, &standing, 3).await.expect(201);
    web.check_out(&shop, next["id"].as_str().unwrap(), "k")
        .await
        .expect(200);
    let bought = format!("/carts/{}", next["id"].as_str().unwrap());
    web.call(&shop, Method::DELETE, &bought, None)
        .await
        .expect_problem(409, "cart_state");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_expired_cannot_be_paid() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 3, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    app.advance(SignedDuration::from_mins(16));
    web.check_out(&shop, cart, "k")
        .await
        .expect_problem(409, "cart_expired");
    let seen = web
        .call(&shop, Method::GET, &format!("/carts/{cart}"), None)
        .await
        .expect(200);
    assert_eq!(seen["state"], "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_money_needs_a_payment_and_what_is_free_does_not() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let buy = async |price: i64, payment: Value| {
        let (event, standing) = web.open_sale(&shop, 3, price).await;
        let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
        let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
        let mut body = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" } });
        if !payment.is_null() {
            body["payment"] = payment;
        }
        web.call_once(&shop, Method::POST, &path, Some(&body), Some("k")).await
    };
    let paid = async |price, payment| buy(price, payment).await;
    assert_eq!(paid(0, Value::Null).await.status, 200);
    let answer = buy_with_key(&web, &shop, 10_000, None).await;
    answer.expect_problem(422, "payment_required");
    let answer = buy_with_key(&web, &shop, 10_000, Some("cowrie shells")).await;
    assert_eq!(answer.expect_problem(422, "invalid_field")["param"], "payment.method");
}

async fn buy_with_key(web: &Web, shop: &Shopkeeper, price: i64, method: Option<&str>) -> bilten_tests::Answer {
    let (event, standing) = web.open_sale(shop, 3, price).await;
    let cart = web.hold(shop, &event, &standing, 1).await.expect(201);
    let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
    let mut body = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" } });
    if let Some(method) = method {
        body["payment"] = json!({ "method": method });
    }
    web.call_once(shop, Method::POST, &path, Some(&body), Some(&path)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_sold_only_while_the_sale_is_open() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let ticket = json!({
        "name": "A", "price_minor": 0, "currency": "NOK", "capacity": 5,
        "sale_starts_at": "2031-05-10T10:00:00Z", "sale_ends_at": "2031-05-20T10:00:00Z",
    });
    let body = json!({
        "name": "X", "starts_at": "2031-06-01T20:00:00Z", "ends_at": "2031-06-01T21:00:00Z", "time_zone": "UTC",
        "ticket_types": [ticket],
    });
    let event = web.call(&shop, Method::POST, "/events", Some(&body)).await.expect(201);
    let (id, kind) = (
        event["id"].as_str().unwrap(),
        event["ticket_types"][0]["id"].as_str().unwrap(),
    );
    let why = async || web.hold(&shop, id, kind, 1).await.expect_problem(409, "not_on_sale")["why"].clone();
    assert_eq!(why().await, "draft");
    web.call(&shop, Method::POST, &format!("/events/{id}/publish"), None)
        .await
        .expect(200);
    web.call(&shop, Method::POST, &format!("/events/{id}/publish"), None)
        .await
        .expect_problem(409, "event_state");
    assert_eq!(why().await, "not_yet");
    app.advance(SignedDuration::from_hours(10 * 24));
    web.hold(&shop, id, kind, 1).await.expect(201);
    app.advance(SignedDuration::from_hours(10 * 24));
    assert_eq!(why().await, "over");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_cancelled_mid_checkout_is_not_sold() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 3, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let mut tx = web.state.db.begin(&ctx).await.unwrap();
    bilten_core::catalog::cancel_event(&ctx, &mut tx, event.parse().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    web.check_out(&shop, cart["id"].as_str().unwrap(), "k")
        .await
        .expect_problem(409, "event_cancelled");
    web.hold(&shop, &event, &standing, 1)
        .await
        .expect_problem(409, "event_cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn types_that_share_a_hall_sell_no_more_than_the_hall_holds() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let body = json!({
        "name": "Concert", "starts_at": "2031-06-01T20:00:00", "ends_at": "2031-06-01T23:00:00", "time_zone": "Europe/Oslo",
        "shared_pools": [{ "name": "Hall", "capacity": 5 }],
        "ticket_types": [
            { "name": "Full", "price_minor": 100, "currency": "NOK", "shared_pools": ["Hall"] },
            { "name": "Student", "price_minor": 50, "currency": "NOK", "capacity": 2, "shared_pools": ["Hall"] },
        ],
    });
    let event = web.call(&shop, Method::POST, "/events", Some(&body)).await.expect(201);
    let (full, student) = (&event["ticket_types"][0], &event["ticket_types"][1]);
    assert_eq!((&full["capacity"], &student["capacity"]), (&json!(5), &json!(2)));
    assert_eq!(full["shared_pools"], json!(["Hall"]));
    web.call(
        &shop,
        Method::POST,
        &format!("/events/{}/publish", event["id"].as_str().unwrap()),
        None,
    )
    .await
    .expect(200);
    let cart = |items: serde_json::Value| json!({ "event_id": event["id"], "items": items });
    let both = cart(json!([
        { "ticket_type_id": full["id"], "quantity": 3 }, { "ticket_type_id": student["id"], "quantity": 1 },
    ]));
    web.call(&shop, Method::POST, "/carts", Some(&both)).await.expect(201);
    // One place of the hall is left, although the students' own pool has one too.
    let two = cart(json!([{ "ticket_type_id": full["id"], "quantity": 2 }]));
    let refused = web.call(&shop, Method::POST, "/carts", Some(&two)).await;
    assert_eq!(refused.expect_problem(409, "sold_out")["left"], 1);
    let one = cart(json!([{ "ticket_type_id": student["id"], "quantity": 1 }]));
    web.call(&shop, Method::POST, "/carts", Some(&one)).await.expect(201);
    let none = cart(json!([{ "ticket_type_id": full["id"], "quantity": 1 }]));
    let refused = web.call(&shop, Method::POST, "/carts", Some(&none)).await;
    assert_eq!(refused.expect_problem(409, "sold_out")["left"], 0);

    let neither = json!({
        "name": "Concert", "starts_at": "2031-06-01T20:00:00", "ends_at": "2031-06-01T23:00:00", "time_zone": "Europe/Oslo",
        "ticket_types": [{ "name": "Full", "price_minor": 100, "currency": "NOK" }],
    });
    let refused = web.call(&shop, Method::POST, "/events", Some(&neither)).await;
    assert_eq!(refused.expect_problem(422, "invalid_field")["param"], "ticket_types[0]");
}
