//! `Idempotency-Key`.

use bilten_kernel::ApiScopes;
use bilten_tests::{
    TestApp, Web,
    fakes::{Call, Fault},
};
use http::Method;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_needs_a_key_and_counts_once() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    let path = format!("/carts/{cart}/checkout");
    let body = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" }, "payment": { "method": "sandbox" } });
    web.call(&shop, Method::POST, &path, Some(&body))
        .await
        .expect_problem(400, "idempotency_key_missing");
    for bad in ["", " ", &"x".repeat(256), "a b"] {
        let answer = web.call_once(&shop, Method::POST, &path, Some(&body), Some(bad)).await;
        answer.expect_problem(400, "idempotency_key_invalid");
    }
    let first = web.check_out(&shop, cart, "k1").await.expect(200);
    let second = web.check_out(&shop, cart, "k1").await.expect(200);
    assert_eq!(first, second);
    let other = json!({ "buyer": { "email": "bob@example.org", "name": "Bob" }, "payment": { "method": "sandbox" } });
    let reused = web
        .call_once(&shop, Method::POST, &path, Some(&other), Some("k1"))
        .await;
    reused.expect_problem(422, "idempotency_key_reused");
    let with_new_key = web.check_out(&shop, cart, "k2").await.expect(200);
    assert_eq!(
        with_new_key["id"], first["id"],
        "a cart is bought once, whatever the key"
    );
    let seen = web
        .call(&shop, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    assert_eq!(seen["ticket_types"][0]["sold"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_makes_one_order() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    let (a, b) = tokio::join!(web.check_out(&shop, cart, "same"), web.check_out(&shop, cart, "same"));
    // Whoever comes second is answered from the first's order, or told to wait for it.
    for answer in [&a, &b] {
        if answer.status != 200 {
            answer.expect_problem(409, "idempotency_key_in_flight");
        }
    }
    assert!(a.status == 200 || b.status == 200);
    let orders = web.call(&shop, Method::GET, "/orders", None).await.expect(200);
    assert_eq!(orders["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_first_request_is_at_work_is_in_flight() {
    let app = TestApp::start().await;
    let (web, line) = Web::with_line(&app, &[]);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    line.fail_next(Call::Create, Fault::Stall);
    let meanwhile = async {
        line.stalled().await;
        for _ in 0..2 {
            let again = web.check_out(&shop, cart, "same").await;
            again.expect_problem(409, "idempotency_key_in_flight");
        }
        line.let_go();
    };
    let (first, ()) = tokio::join!(web.check_out(&shop, cart, "same"), meanwhile);
    let order = first.expect(200);
    assert_eq!(order["state"], "paid");
    assert_eq!(web.check_out(&shop, cart, "same").await.expect(200), order);
    assert_eq!(line.count(Call::Create), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_first_request_died_can_be_used_again_after_its_lease() {
    let app = TestApp::start().await;
    let (web, line) = Web::with_line(&app, &[]);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    line.fail_next(Call::Create, Fault::DieAfter);
    tokio::select! {
        answer = web.check_out(&shop, cart, "same") => panic!("nobody is left to answer: {}", answer.text),
        () = line.death() => {}
    }
    let early = web.check_out(&shop, cart, "same").await;
    early.expect_problem(409, "idempotency_key_in_flight");
    app.advance(SignedDuration::from_secs(121));
    assert_eq!(web.check_out(&shop, cart, "same").await.expect(200)["state"], "paid");
    let seen = web.call(&shop, Method::GET, &format!("/events/{event}"), None).await;
    assert_eq!(seen.expect(200)["ticket_types"][0]["sold"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn carts_and_events_count_once_per_key_and_caller() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 0).await;
    let cart =
        |quantity: u32| json!({ "event_id": event, "items": [{ "ticket_type_id": standing, "quantity": quantity }] });
    let first = web
        .call_once(&shop, Method::POST, "/carts", Some(&cart(2)), Some("c"))
        .await
        .expect(201);
    let again = web
        .call_once(&shop, Method::POST, "/carts", Some(&cart(2)), Some("c"))
        .await
        .expect(201);
    assert_eq!(first["id"], again["id"]);
    let other = web
        .call_once(&shop, Method::POST, "/carts", Some(&cart(3)), Some("c"))
        .await;
    other.expect_problem(422, "idempotency_key_reused");
    let mut neighbour = shop.clone();
    neighbour.key = web
        .make_key(&app.ctx(&app.alfa).in_tenant(shop.id), ApiScopes::all())
        .await;
    let theirs = web
        .call_once(&neighbour, Method::POST, "/carts", Some(&cart(2)), Some("c"))
        .await
        .expect(201);
    assert_ne!(first["id"], theirs["id"]);

    let draft = json!({ "name": "X", "starts_at": "2031-06-01T20:00:00Z", "ends_at": "2031-06-01T21:00:00Z", "time_zone": "UTC" });
    let one = web
        .call_once(&shop, Method::POST, "/events", Some(&draft), Some("e"))
        .await
        .expect(201);
    let two = web
        .call_once(&shop, Method::POST, "/events", Some(&draft), Some("e"))
        .await
        .expect(201);
    assert_eq!(one["id"], two["id"]);
    let mut renamed = draft.clone();
    renamed["name"] = json!("Y");
    let reused = web
        .call_once(&shop, Method::POST, "/events", Some(&renamed), Some("e"))
        .await;
    reused.expect_problem(422, "idempotency_key_reused");
}
