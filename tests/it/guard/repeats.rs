//! Requests that come twice: whatever changes money, stock or the door counts once per key.
//!
//! The routes come from the registry. A new POST of the API fails this walk until it is given a body.

use axum::body::Body;
use bilten_api::http::registry::{self, Repeat, RouteInfo};
use bilten_billing::payees::PayeeId;
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, Shopkeeper, TestApp, Web, db, report};
use http::{Method, Request};
use serde_json::{Value, json};
use sqlx::Executor;

/// A request to a route, and another one that differs in its meaning.
struct Pair {
    first: (String, Option<Value>),
    other: (String, Option<Value>),
}

fn keyed() -> Vec<RouteInfo> {
    let routes = registry::all().into_iter().map(|route| route.info);
    routes
        .filter(|info| matches!(info.repeat, Some(Repeat::Key | Repeat::RequiredKey)))
        .collect()
}

fn draft(name: &str) -> Value {
    json!({
        "name": name, "starts_at": "2031-06-01T20:00:00Z", "ends_at": "2031-06-01T21:00:00Z", "time_zone": "UTC",
        "ticket_types": [{ "name": "A", "price_minor": 100, "currency": "NOK", "capacity": 5 }],
    })
}

fn account(profile: &str) -> Value {
    json!({ "country": "NO", "profile": profile })
}

async fn new_draft(web: &Web, shop: &Shopkeeper) -> String {
    let made = web.call(shop, Method::POST, "/events", Some(&draft("Draft"))).await;
    made.expect(201)["id"].as_str().unwrap().to_owned()
}

/// Requests that add a policy, and that try one out.
async fn policies(web: &Web, shop: &Shopkeeper, (event, standing): (&str, &str), tries: bool) -> Pair {
    let policy = |floor: i64| {
        let mut policy = super::endpoint_walk::policy(standing);
        policy["terms"]["floor_minor"] = json!(floor);
        policy
    };
    let path = format!("/events/{event}/price-policies");
    let (path, first, other) = if tries {
        web.call(shop, Method::POST, &path, Some(&policy(8_000)))
            .await
            .expect(201);
        let of = |source: Option<&str>| json!({ "version": 1, "source_ticket_type_id": source });
        (format!("{path}/{standing}/simulations"), of(None), of(Some(standing)))
    } else {
        (path, policy(8_000), policy(9_000))
    };
    Pair {
        first: (path.clone(), Some(first)),
        other: (path, Some(other)),
    }
}

fn gift(minor: i64) -> Value {
    json!({ "amount_minor": minor, "origin": "given" })
}

async fn pair(web: &Web, shop: &Shopkeeper, route: &str) -> Pair {
    let (event, standing) = web.open_sale(shop, 20, 10_000).await;
    let same = |path: &str, first, other| Pair {
        first: (path.to_owned(), Some(first)),
        other: (path.to_owned(), Some(other)),
    };
    let cart = async || {
        web.hold(shop, &event, &standing, 1).await.expect(201)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let buyer = |name: &str| json!({ "buyer": { "email": "ada@example.org", "name": name }, "payment": { "method": "sandbox" } });
    match route {
        "/api/v1/events" => same("/events", draft("One"), draft("Two")),
        "/api/v1/events/{id}/publish" => {
            let path = |id| (format!("/events/{id}/publish"), None);
            Pair {
                first: path(new_draft(web, shop).await),
                other: path(new_draft(web, shop).await),
            }
        }
        "/api/v1/events/{id}/promo-codes" => {
            let of = |code: &str| json!({ "code": code, "percent_bp": 1_000, "uses": 5 });
            same(&format!("/events/{event}/promo-codes"), of("EARLY"), of("LATE"))
        }
        "/api/v1/events/{id}/price-offers" => {
            let of = |name: &str| json!({ "name": name, "rule": { "kind": "size_for_paid", "size": 3, "paid": 2 } });
            same(&format!("/events/{event}/price-offers"), of("Early"), of("Late"))
        }
        "/api/v1/events/{id}/price-policies" => policies(web, shop, (&event, &standing), false).await,
        "/api/v1/events/{id}/price-policies/{ticket_type}/simulations" => {
            policies(web, shop, (&event, &standing), true).await
        }
        "/api/v1/carts" => {
            let of = |n: u32| json!({ "event_id": event, "items": [{ "ticket_type_id": standing, "quantity": n }] });
            same("/carts", of(1), of(2))
        }
        "/api/v1/carts/{id}/checkout" => {
            let path = format!("/carts/{}/checkout", cart().await);
            same(&path, buyer("Ada"), buyer("Bob"))
        }
        "/api/v1/orders/{id}/returns" => {
            let order = web.check_out(shop, &cart().await, "to-be-returned").await.expect(200);
            let path = format!("/orders/{}/returns", order["id"].as_str().unwrap());
            same(&path, json!({ "keep_minor": 0 }), json!({ "keep_minor": 1 }))
        }
        "/api/v1/check-ins" => {
            let order = web.check_out(shop, &cart().await, "for-the-door").await.expect(200);
            let code = &order["tickets"][0]["code"];
            let scan = |gate: &str| json!({ "code": code, "gate": gate });
            same("/check-ins", scan("North"), scan("South"))
        }
        "/api/v1/gift-cards" => same("/gift-cards", gift(1_000), gift(2_000)),
        "/api/v1/payees" => same("/payees", account("managed"), account("self_managed")),
        "/api/v1/payees/{id}/onboarding-links" | "/api/v1/payees/{id}/onboarding-session" => {
            let made = web.call(shop, Method::POST, "/payees", Some(&account("managed"))).await;
            let made = made.expect(200);
            let path = |id: &str| (route.trim_start_matches("/api/v1").replace("{id}", id), None);
            Pair {
                first: path(made["id"].as_str().unwrap()),
                other: path(&PayeeId::from_uuid(uuid::Uuid::from_u128(7)).to_string()),
            }
        }
        other => panic!("give the walk a request to {other}"),
    }
}

async fn send(web: &Web, shop: &Shopkeeper, (path, body): &(String, Option<Value>), key: Option<&str>) -> Answer {
    web.call_once(shop, Method::POST, path, body.as_ref(), key).await
}

fn essence(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    if let Some(id) = body.get_mut("request_id") {
        *id = Value::Null;
    }
    (answer.status.as_u16(), body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_every_keyed_route_counts_once_and_gives_the_same_answer_again() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let neighbour = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let mut admin = app.test_db.admin().await;
    let (routes, mut assertions, mut waited) = (keyed(), 0, 0);
    for info in &routes {
        let Pair { first, other } = pair(&web, &shop, info.path).await;
        for bad in ["a b", "", &"x".repeat(256)] {
            send(&web, &shop, &first, Some(bad))
                .await
                .expect_problem(400, "idempotency_key_invalid");
        }
        if info.repeat == Some(Repeat::RequiredKey) {
            send(&web, &shop, &first, None)
                .await
                .expect_problem(400, "idempotency_key_missing");
        }
        let told = send(&web, &shop, &first, Some("one-key")).await;
        assert!(told.status.is_success(), "{}: {}", info.path, told.text);
        app.advance(jiff::SignedDuration::from_secs(2));
        let again = send(&web, &shop, &first, Some("one-key")).await;
        assert_eq!(essence(&again), essence(&told), "{} sent twice", info.path);
        send(&web, &shop, &other, Some("one-key"))
            .await
            .expect_problem(422, "idempotency_key_reused");
        // As a first request leaves its key while it is still at work. Carts keep theirs with the stock, in one step.
        let in_flight =
            "update bilten.idempotency_keys set resource_id = null, leased_until = '2099-01-01' where key = 'one-key'";
        if admin.execute(in_flight).await.unwrap().rows_affected() > 0 {
            send(&web, &shop, &first, Some("one-key"))
                .await
                .expect_problem(409, "idempotency_key_in_flight");
            waited += 1;
        }
        db::run(&mut admin, "delete from bilten.idempotency_keys").await;
        assertions += 7;
    }
    assert!(
        routes.len() >= 5 && waited == routes.len() - 1,
        "{waited} of {}",
        routes.len()
    );
    let theirs = web.call(&neighbour, Method::GET, "/events", None).await.expect(200);
    assert_eq!(theirs["data"], json!([]), "keys of one tenant do nothing in another");
    report(&format!(
        "repeats: {} routes of the API with Idempotency-Key, {assertions} assertions: same answer again, 422 for another body, 409 in flight ({waited})",
        routes.len()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_forms_with_a_key_have_it_on_their_page() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 20, 10_000).await;
    let clerk = bilten_tests::Clerk::hire(
        &app,
        (shop.id, &shop.host),
        bilten_tenancy::permissions::Role::Owner,
        None,
    )
    .await;
    let routes = registry::all().into_iter().map(|route| route.info);
    let mut seen = 0;
    for info in routes.filter(|info| info.repeat == Some(Repeat::FormKey)) {
        let page = match info.path {
            "/events/{slug}/carts" => "/events/concert".to_owned(),
            path => path.replace("{id}", &event),
        };
        let request = Request::get(&page)
            .header("host", &shop.host)
            .header("cookie", format!("session={}", clerk.cookie))
            .body(Body::empty());
        let mut answer = web.send(request.unwrap()).await;
        if info.path == "/events/{slug}/carts" {
            // That page is everybody's: its form gets a key in the browser, or when it is shown again.
            assert!(
                answer.text.contains("name=\"request_key\" value=\"\""),
                "{}",
                answer.text
            );
            let wish = [("request_key", ""), (&format!("qty_{standing}"), "1")];
            answer = web.form(&shop.host, "/events/concert/carts", &wish).await;
            assert_eq!(answer.status, 200, "nothing is held yet");
        }
        let field = answer.text.split("name=\"request_key\" value=\"").nth(1);
        let key = field.and_then(|rest| rest.split('"').next()).unwrap_or_default();
        assert_eq!(key.len(), 32, "{page} has no key: {}", answer.text);
        seen += 1;
    }
    assert!(seen >= 2);
    report(&format!("repeats: {seen} forms with a key of their own"));
}
