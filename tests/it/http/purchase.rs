//! A purchase by API from the event to the door.

use bilten_kernel::ApiScopes;
use bilten_tests::{TestApp, Web};
use http::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sells_a_ticket_and_admits_its_holder_once() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 25_000).await;
    let cart = web.hold(&shop, &event, &standing, 2).await.expect(201);
    assert_eq!(cart["total_minor"], 50_000);
    assert_eq!(cart["state"], "held");
    let order = web
        .check_out(&shop, cart["id"].as_str().unwrap(), "first")
        .await
        .expect(200);
    assert_eq!(order["state"], "paid");
    assert_eq!(order["tickets"].as_array().unwrap().len(), 2);

    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(web.call(&shop, Method::GET, &path, None).await.expect(200), order);
    let listed = web.call(&shop, Method::GET, "/orders", None).await.expect(200);
    assert_eq!(listed["data"][0]["id"], order["id"]);
    assert_eq!(listed["has_more"], false);
    let seen = web
        .call(&shop, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    let counted = &seen["ticket_types"][0];
    assert_eq!(
        (&counted["held"], &counted["sold"], &counted["left"]),
        (&json!(0), &json!(2), &json!(8))
    );

    let scan = json!({ "code": order["tickets"][0]["code"], "gate": "north" });
    let admitted = web
        .call(&shop, Method::POST, "/check-ins", Some(&scan))
        .await
        .expect(200);
    assert_eq!(admitted["status"], "admitted");
    let again = web.call(&shop, Method::POST, "/check-ins", Some(&scan)).await;
    let again = again.expect_problem(409, "already_admitted");
    assert_eq!(
        (&again["reason"], &again["gate"]),
        (&json!("already_admitted"), &json!("north"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_of_others_and_forgeries_are_refused_at_the_door() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&nord, 10, 0).await;
    let (other_event, _) = web.open_sale(&nord, 10, 0).await;
    let cart = web.hold(&nord, &event, &standing, 1).await.expect(201);
    let order = web
        .check_out(&nord, cart["id"].as_str().unwrap(), "k")
        .await
        .expect(200);
    let code = order["tickets"][0]["code"].as_str().unwrap();
    let scan = async |shop, body| web.call(shop, Method::POST, "/check-ins", Some(&body)).await;
    scan(&sor, json!({ "code": code }))
        .await
        .expect_problem(409, "ticket_bad_signature");
    scan(&nord, json!({ "code": code, "event_id": other_event }))
        .await
        .expect_problem(409, "wrong_event");
    let last = if code.ends_with('A') { "E" } else { "A" };
    let forged = format!("{}{last}", &code[..code.len() - 1]);
    scan(&nord, json!({ "code": forged })).await.expect(409);
    for odd in ["", "x", "ø", "HTTPS://EXAMPLE.ORG", &"A".repeat(5_000)] {
        scan(&nord, json!({ "code": odd }))
            .await
            .expect_problem(409, "ticket_malformed");
    }
    scan(&nord, json!({ "code": code, "event_id": event }))
        .await
        .expect(200);
}
