//! Seats as programs, buyers and the door meet them.

use bilten_kernel::ApiScopes;
use bilten_tests::{Shopkeeper, TestApp, Web};
use http::Method;
use serde_json::{Value, json};

/// A published event with a type for everybody and one for wheelchairs.
async fn sell(web: &Web, shop: &Shopkeeper) -> (String, String, String) {
    let ticket_type = |name: &str, capacity: i64| json!({ "name": name, "price_minor": 9_000, "currency": "NOK", "capacity": capacity });
    let draft = json!({
        "name": "Tosca", "starts_at": "2031-06-01T20:00:00Z", "ends_at": "2031-06-01T21:00:00Z", "time_zone": "UTC",
        "ticket_types": [ticket_type("Seat", 6), ticket_type("Wheelchair", 1)],
    });
    let event = web.call(shop, Method::POST, "/events", Some(&draft)).await.expect(201);
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let event_id = id(&event);
    web.call(shop, Method::POST, &format!("/events/{event_id}/publish"), None)
        .await
        .expect(200);
    (event_id, id(&event["ticket_types"][0]), id(&event["ticket_types"][1]))
}

fn plan(seat: &str, wheelchair: &str) -> Value {
    json!({
        "sections": [{ "name": "Stalls", "rows": [
            { "label": "1", "seats": ["1", "2", "", "3", "4"], "wheelchair": ["4"] },
            { "label": "2", "seats": ["1", "2", "3"] },
        ] }],
        "ticket_types": [
            { "ticket_type_id": seat, "sections": ["Stalls"] },
            { "ticket_type_id": wheelchair, "sections": ["Stalls"], "seat_kind": "wheelchair" },
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_set_shown_and_sold_and_the_door_tells_the_seat() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, seat, wheelchair) = sell(&web, &shop).await;
    let path = format!("/events/{event}/seat-plan");
    let empty = web.call(&shop, Method::GET, &path, None).await.expect(200);
    assert_eq!(empty, json!({ "free": 0, "sections": [], "ticket_types": [] }));
    let set = web
        .call(&shop, Method::PUT, &path, Some(&plan(&seat, &wheelchair)))
        .await
        .expect(200);
    assert_eq!(
        (&set["free"], &set["sections"][0]["rows"][0]["free"]),
        (&json!(7), &json!(4)),
        "{set}"
    );
    let shown = web.call(&shop, Method::GET, &path, None).await.expect(200);
    assert_eq!(shown, set);
    assert_eq!(
        shown["sections"][0]["rows"][0]["seats"],
        json!(["1", "2", "", "3", "4"])
    );
    assert_eq!(web.call(&other, Method::GET, &path, None).await.status, 404);
    assert_eq!(
        web.call(&other, Method::PUT, &path, Some(&plan(&seat, &wheelchair)))
            .await
            .status,
        404
    );

    let wish =
        json!({ "event_id": event, "items": [{ "ticket_type_id": seat, "quantity": 4 }], "keep_together": true });
    let refused = web.call(&shop, Method::POST, "/carts", Some(&wish)).await;
    let problem = refused.expect_problem(409, "not_together");
    assert_eq!(
        (&problem["asked"], &problem["largest"]),
        (&json!(4), &json!(3)),
        "{problem}"
    );
    let cart = web.hold(&shop, &event, &seat, 2).await.expect(201);
    assert_eq!(cart["together"], true);
    let expected = json!({ "ticket_type_id": seat, "section": "Stalls", "row": "1", "number": "1" });
    assert_eq!(cart["seats"][0], expected, "{cart}");
    let id = cart["id"].as_str().unwrap();
    assert_eq!(
        web.call(&shop, Method::GET, &format!("/carts/{id}"), None)
            .await
            .expect(200)["seats"],
        cart["seats"]
    );
    let order = web.check_out(&shop, id, "one").await.json();
    let told = json!({ "section": "Stalls", "row": "1", "number": "2" });
    assert_eq!(order["tickets"][1]["seat"], told, "{order}");
    let scan = json!({ "code": order["tickets"][1]["code"], "gate": "North" });
    let admitted = web
        .call(&shop, Method::POST, "/check-ins", Some(&scan))
        .await
        .expect(200);
    assert_eq!(admitted["seat"], told);
    let chair = web.hold(&shop, &event, &wheelchair, 1).await.expect(201);
    assert_eq!(
        (&chair["seats"][0]["row"], &chair["seats"][0]["number"]),
        (&json!("1"), &json!("4"))
    );
    super::seats::check_books(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_wrong_is_refused_with_the_place_of_the_fault() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, seat, wheelchair) = sell(&web, &shop).await;
    let path = format!("/events/{event}/seat-plan");
    let with = |pointer: &str, value: Value| {
        let mut plan = plan(&seat, &wheelchair);
        *plan.pointer_mut(pointer).unwrap() = value;
        plan
    };
    for (pointer, value, param) in [
        ("/sections/0/name", json!(""), "sections[0].name"),
        ("/sections/0/rows/1/label", json!("1"), "sections[0].rows[1].label"),
        ("/sections/0/rows/0/seats/1", json!("1"), "sections[0].rows[0].seats"),
        ("/sections/0/rows/0/seats/1", json!("a b"), "sections[0].rows[0].seats"),
        (
            "/sections/0/rows/0/wheelchair",
            json!(["9"]),
            "sections[0].rows[0].wheelchair",
        ),
        ("/ticket_types/0/sections", json!(["Roof"]), "ticket_types[0].sections"),
        (
            "/ticket_types/1/seat_kind",
            json!("throne"),
            "ticket_types[1].seat_kind",
        ),
        (
            "/ticket_types/1/ticket_type_id",
            json!(seat),
            "ticket_types[1].ticket_type_id",
        ),
    ] {
        let refused = web.call(&shop, Method::PUT, &path, Some(&with(pointer, value))).await;
        assert_eq!(refused.expect_problem(422, "invalid_field")["param"], param);
    }
    let unknown = with("/ticket_types/0/ticket_type_id", json!(event));
    let refused = web.call(&shop, Method::PUT, &path, Some(&unknown)).await;
    let problem = refused.expect_problem(404, "not_found");
    assert_eq!(problem["param"], "ticket_types[0].ticket_type_id");
    let few = with("/sections/0/rows/1/seats", json!(["1"]));
    let refused = web.call(&shop, Method::PUT, &path, Some(&few)).await;
    let problem = refused.expect_problem(409, "capacity_above_seats");
    assert_eq!((&problem["capacity"], &problem["seats"]), (&json!(6), &json!(4)));
    let mut fitting = few;
    fitting["fit_capacity"] = json!(true);
    web.call(&shop, Method::PUT, &path, Some(&fitting)).await.expect(200);
    let shown = web
        .call(&shop, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    assert_eq!(
        (
            &shown["ticket_types"][0]["capacity"],
            &shown["ticket_types"][0]["is_seated"]
        ),
        (&json!(4), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_are_told_where_they_sit_on_every_page() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, seat, wheelchair) = sell(&web, &shop).await;
    let before = web.page(&shop.host, "/events/tosca").await;
    assert!(!before.text.contains("next to each other"), "no seats, no promise");
    let path = format!("/events/{event}/seat-plan");
    web.call(&shop, Method::PUT, &path, Some(&plan(&seat, &wheelchair)))
        .await
        .expect(200);
    let page = web.page(&shop.host, "/events/tosca").await;
    assert!(page.text.contains("name=\"keep_together\""), "{}", page.text);
    let field = format!("qty_{seat}");
    let choose = async |quantity: &str, together: bool| {
        let mut fields = vec![(field.as_str(), quantity)];
        fields.extend(together.then_some(("keep_together", "1")));
        web.form(&shop.host, "/events/tosca/carts", &fields).await
    };
    let refused = choose("4", true).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text.contains("3 of 4 seats are left next to each other"),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("value=\"1\" checked"), "the box stays ticked");
    let cart = choose("2", true).await.leads_to();
    let screen = web.page(&shop.host, &cart).await;
    for seat in ["Stalls, row 1, seat 1", "Stalls, row 1, seat 2", "Next to each other."] {
        assert!(screen.text.contains(seat), "{seat}: {}", screen.text);
    }
    let details = [("email", "ada@example.org"), ("name", "Ada Lovelace")];
    let pay = web.form(&shop.host, &cart, &details).await.leads_to();
    assert!(web.page(&shop.host, &pay).await.text.contains("row 1, seat 2"));
    let sandbox = web.form(&shop.host, &pay, &[("method", "sandbox")]).await.leads_to();
    let back = web.form(&shop.host, &sandbox, &[("outcome", "pay")]).await.leads_to();
    let order = web.page(&shop.host, &back).await.leads_to();
    for page in [order.clone(), format!("{order}/tickets")] {
        let shown = web.page(&shop.host, &page).await;
        assert!(shown.text.contains("Stalls, row 1, seat 2"), "{page}: {}", shown.text);
    }
}
