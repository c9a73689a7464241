//! Promo codes as programs meet them.

use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, Shopkeeper, TestApp, Web};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Two shops; the first has an event on sale and a second one.
struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    sor: Shopkeeper,
    event: String,
    standing: String,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let (event, standing) = web.open_sale(&nord, 100, 25_000).await;
        Self {
            app,
            web,
            nord,
            sor,
            event,
            standing,
        }
    }

    async fn add(&self, code: &Value) -> Answer {
        let path = format!("/events/{}/promo-codes", self.event);
        self.web.call(&self.nord, Method::POST, &path, Some(code)).await
    }

    async fn hold(&self, code: &str) -> Answer {
        let body = json!({
            "event_id": self.event, "items": [{ "ticket_type_id": self.standing, "quantity": 2 }], "promo_code": code,
        });
        self.web.call(&self.nord, Method::POST, "/carts", Some(&body)).await
    }

    async fn list(&self) -> Value {
        let path = format!("/events/{}/promo-codes", self.event);
        self.web.call(&self.nord, Method::GET, &path, None).await.expect(200)
    }

    /// Tickets in carts of the event.
    async fn held(&self) -> i64 {
        let path = format!("/events/{}", self.event);
        let event = self.web.call(&self.nord, Method::GET, &path, None).await.expect(200);
        event["ticket_types"][0]["held"].as_i64().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_made_used_listed_and_withdrawn() {
    let town = Town::open().await;
    let made = town
        .add(&json!({ "code": " early ", "percent_bp": 1_000, "uses": 2 }))
        .await;
    let made = made.expect(201);
    assert_eq!((&made["code"], &made["left"]), (&json!("EARLY"), &json!(2)), "{made}");
    let cart = town.hold("Early").await.expect(201);
    let item = &cart["items"][0];
    assert_eq!(
        (
            &item["unit_price_minor"],
            &item["full_price_minor"],
            &cart["total_minor"]
        ),
        (&json!(22_500), &json!(25_000), &json!(45_000)),
        "{cart}"
    );
    assert_eq!(
        (&cart["promo_code"], &cart["discount_minor"]),
        (&json!("EARLY"), &json!(5_000))
    );
    let order = town
        .web
        .check_out(&town.nord, cart["id"].as_str().unwrap(), "k")
        .await
        .expect(200);
    assert_eq!(
        (&order["promo_code"], &order["discount_minor"]),
        (&json!("EARLY"), &json!(5_000))
    );
    assert_eq!(
        (&order["total_minor"], &order["items"][0]["full_price_minor"]),
        (&json!(45_000), &json!(25_000))
    );
    town.hold("EARLY").await.expect(201);
    let row = &town.list().await["data"][0];
    assert_eq!(
        (&row["uses"], &row["used"], &row["held"], &row["left"]),
        (&json!(2), &json!(1), &json!(1), &json!(0))
    );
    let path = format!("/events/{}/promo-codes/{}", town.event, made["id"].as_str().unwrap());
    let theirs = town.web.call(&town.sor, Method::DELETE, &path, None).await;
    theirs.expect_problem(404, "not_found");
    for _ in 0..2 {
        let gone = town.web.call(&town.nord, Method::DELETE, &path, None).await;
        assert_eq!(gone.status, 204, "{}", gone.text);
    }
    assert!(town.list().await["data"][0]["withdrawn_at"].is_string());
    town.hold("EARLY").await.expect_problem(422, "promo_unknown");
    let again = town.add(&json!({ "code": "EARLY", "off_minor": 100, "uses": 1 })).await;
    again.expect(201);
    assert_eq!(town.list().await["data"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_of_a_code_has_its_own_problem_and_holds_nothing() {
    let town = Town::open().await;
    let (other, other_standing) = town.web.open_sale(&town.nord, 5, 0).await;
    let at = |minutes| (town.app.now() + SignedDuration::from_mins(minutes)).to_string();
    for code in [
        json!({ "code": "ONCE", "off_minor": 500, "uses": 1 }),
        json!({ "code": "SOON", "off_minor": 500, "uses": 1, "starts_at": at(5) }),
        json!({ "code": "ENDS", "off_minor": 500, "uses": 1, "ends_at": at(1) }),
        json!({ "code": "TINY", "percent_bp": 1, "uses": 1 }),
    ] {
        town.add(&code).await.expect(201);
    }
    let elsewhere = json!({ "code": "ELSEWHERE", "off_minor": 500, "uses": 1 });
    let path = format!("/events/{other}/promo-codes");
    town.web
        .call(&town.nord, Method::POST, &path, Some(&elsewhere))
        .await
        .expect(201);
    town.app.advance(SignedDuration::from_mins(2));
    town.hold("ONCE").await.expect(201);

    let used_up = town.hold("ONCE").await.expect_problem(409, "promo_used_up");
    assert_eq!(
        (&used_up["is_held_by_others"], &used_up["param"]),
        (&json!(true), &json!("promo_code"))
    );
    let soon = town.hold("SOON").await.expect_problem(409, "promo_not_valid");
    assert_eq!((&soon["why"], soon["starts_at"].is_string()), (&json!("not_yet"), true));
    assert_eq!(
        town.hold("ENDS").await.expect_problem(409, "promo_not_valid")["why"],
        "over"
    );
    let bare = |answer: Answer| {
        let mut problem = answer.expect_problem(422, "promo_unknown");
        problem["request_id"] = Value::Null;
        problem
    };
    let unknown = bare(town.hold("NOBODYS").await);
    for odd in ["ELSEWHERE", "", "two words", &"x".repeat(5_000)] {
        assert_eq!(bare(town.hold(odd).await), unknown, "{odd}");
    }
    assert_eq!(town.held().await, 2, "only the one good cart");
    let free = json!({
        "event_id": other, "items": [{ "ticket_type_id": other_standing, "quantity": 1 }], "promo_code": "ELSEWHERE",
    });
    let free = town.web.call(&town.nord, Method::POST, "/carts", Some(&free)).await;
    free.expect_problem(409, "promo_not_for_tickets");
    // A hundredth of a per cent of 250.00 is 0.025: rounded up to 0.03.
    assert_eq!(town.hold("TINY").await.expect(201)["discount_minor"], 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_make_no_sense_are_refused() {
    let town = Town::open().await;
    let (_, foreign) = town.web.open_sale(&town.sor, 5, 0).await;
    for (code, param) in [
        (json!({ "code": "a b", "percent_bp": 1, "uses": 1 }), "code"),
        (json!({ "code": "x", "percent_bp": 1, "uses": 1 }), "code"),
        (
            json!({ "code": "BOTH", "percent_bp": 1, "off_minor": 1, "uses": 1 }),
            "percent_bp",
        ),
        (json!({ "code": "NONE", "uses": 1 }), "percent_bp"),
        (json!({ "code": "ALL", "percent_bp": 10_001, "uses": 1 }), "discount"),
        (json!({ "code": "ZERO", "off_minor": 0, "uses": 1 }), "discount"),
        (json!({ "code": "NOUSE", "off_minor": 1, "uses": 0 }), "uses"),
        (
            json!({ "code": "WHEN", "off_minor": 1, "uses": 1, "starts_at": "2030-01-01T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z" }),
            "ends_at",
        ),
        (
            json!({ "code": "THEIRS", "off_minor": 1, "uses": 1, "ticket_type_ids": [foreign] }),
            "ticket_type_ids",
        ),
    ] {
        let problem = town.add(&code).await.expect_problem(422, "invalid_field");
        assert_eq!(problem["param"], param, "{code}");
    }
    let early = json!({ "code": "EARLY", "off_minor": 1, "uses": 1 });
    town.add(&early).await.expect(201);
    assert_eq!(
        town.add(&early).await.expect_problem(422, "invalid_field")["param"],
        "code"
    );
    let path = format!("/events/{}/promo-codes", town.event);
    town.web
        .call(&town.sor, Method::POST, &path, Some(&early))
        .await
        .expect_problem(404, "not_found");
    town.web
        .call(&town.sor, Method::GET, &path, None)
        .await
        .expect_problem(404, "not_found");
    assert_eq!(town.list().await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_a_code_makes_free_is_completed_without_a_payment() {
    let town = Town::open().await;
    town.add(&json!({ "code": "PRESS", "percent_bp": 10_000, "uses": 1 }))
        .await
        .expect(201);
    let cart = town.hold("PRESS").await.expect(201);
    assert_eq!(
        (&cart["total_minor"], &cart["discount_minor"]),
        (&json!(0), &json!(50_000))
    );
    let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
    let buyer = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" } });
    let order = town
        .web
        .call_once(&town.nord, Method::POST, &path, Some(&buyer), Some("k"))
        .await
        .expect(200);
    assert_eq!(
        (&order["state"], order["tickets"].as_array().unwrap().len()),
        (&json!("paid"), 2)
    );
    assert_eq!(town.list().await["data"][0]["used"], 1);
}
