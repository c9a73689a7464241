//! Tiers and limits as programs and buyers meet them.

use bilten_kernel::ApiScopes;
use bilten_tests::{TestApp, Web};
use http::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn tiers_and_limits_are_set_with_the_event_and_told_to_who_buys() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    web.open_shop(&app, "sor", ApiScopes::all()).await;
    let tier = |price: i64| json!({ "name": "Early bird", "price_minor": price, "quantity": 2 });
    let draft = |tiers| {
        json!({
            "name": "Rush", "starts_at": "2031-06-01T20:00:00Z", "ends_at": "2031-06-01T21:00:00Z", "time_zone": "UTC",
            "ticket_types": [{ "name": "Standing", "price_minor": 9_000, "currency": "NOK", "capacity": 20,
                               "max_per_person": 4, "price_tiers": tiers }],
        })
    };
    let refused = web
        .call(&shop, Method::POST, "/events", Some(&draft(vec![tier(-1)])))
        .await;
    let problem = refused.expect_problem(422, "invalid_field");
    assert_eq!(
        problem["param"], "ticket_types[0].price_tiers[0].price_minor",
        "{problem}"
    );
    let made = web
        .call(&shop, Method::POST, "/events", Some(&draft(vec![tier(3_000)])))
        .await;
    let event = made.expect(201);
    let ticket_type = event["ticket_types"][0].clone();
    assert_eq!(
        (&ticket_type["price_minor"], &ticket_type["price_now_minor"]),
        (&json!(9_000), &json!(3_000))
    );
    let (event, ticket_type) = (event["id"].as_str().unwrap(), ticket_type["id"].as_str().unwrap());
    web.call(&shop, Method::POST, &format!("/events/{event}/publish"), None)
        .await
        .expect(200);

    let cart = web.hold(&shop, event, ticket_type, 3).await.expect(201);
    let item = |n: usize| {
        (
            cart["items"][n]["quantity"].as_i64(),
            cart["items"][n]["unit_price_minor"].as_i64(),
        )
    };
    assert_eq!(
        (item(0), item(1)),
        ((Some(2), Some(3_000)), (Some(1), Some(9_000))),
        "{cart}"
    );
    assert_eq!(cart["total_minor"], 15_000);
    let id = |cart: &Value| cart["id"].as_str().unwrap().to_owned();
    let order = web.check_out(&shop, &id(&cart), "first").await.json();
    assert_eq!(order["tickets"].as_array().map(Vec::len), Some(3), "{order}");
    let second = web.hold(&shop, event, ticket_type, 2).await.expect(201);
    let refused = web.check_out(&shop, &id(&second), "second").await;
    let problem = refused.expect_problem(409, "limit_per_person");
    assert_eq!(
        (&problem["max_per_person"], &problem["has"]),
        (&json!(4), &json!(3)),
        "{problem}"
    );
    let alone = web.hold(&shop, event, ticket_type, 5).await;
    alone.expect_problem(409, "limit_per_person");
}
