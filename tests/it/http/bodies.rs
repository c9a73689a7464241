//! Bodies, methods and ids that nobody should send.

use axum::body::Body;
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, Shopkeeper, TestApp, Web};
use http::{Method, Request};
use serde_json::json;

async fn post(web: &Web, shop: &Shopkeeper, media_type: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/api/v1/carts")
        .header("host", &shop.host)
        .header("authorization", format!("Bearer {}", shop.key))
        .header("content-type", media_type)
        .body(body.into());
    web.send(request.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_the_wrong_kind_get_clear_problems() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let json = "application/json";
    post(&web, &shop, "text/plain", "{}")
        .await
        .expect_problem(415, "unsupported_media_type");
    post(&web, &shop, json, vec![b'"', 0xff, 0xfe, b'"'])
        .await
        .expect_problem(400, "invalid_utf8");
    post(&web, &shop, json, "{\"event_id\":")
        .await
        .expect_problem(400, "malformed_json");
    post(&web, &shop, json, "").await.expect_problem(400, "malformed_json");
    post(&web, &shop, json, "\u{feff}{}")
        .await
        .expect_problem(400, "malformed_json");
    post(&web, &shop, json, "[".repeat(100_000))
        .await
        .expect_problem(422, "invalid_body");
    post(&web, &shop, json, "a".repeat(300 * 1024))
        .await
        .expect_problem(413, "body_too_large");
    let unknown = json!({ "event_id": "x", "items": [], "colour": "red" }).to_string();
    let problem = post(&web, &shop, json, unknown)
        .await
        .expect_problem(422, "unknown_field");
    assert_eq!(problem["param"], "colour");
    let missing = post(&web, &shop, json, "{}").await.expect_problem(422, "invalid_field");
    assert_eq!(missing["param"], "event_id");
    post(&web, &shop, json, "[]").await.expect_problem(422, "invalid_body");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_malformed_and_foreign_ids_get_the_same_answer() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&nord, 10, 0).await;
    let cart = web.hold(&nord, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap().to_owned();
    let order = web.check_out(&nord, &cart, "k").await.expect(200);
    let order = order["id"].as_str().unwrap().to_owned();
    let unknown = format!("evt_{}", "0".repeat(26));
    let ids = [
        event.as_str(),
        &cart,
        &order,
        &unknown,
        "evt_",
        "evt_ø",
        "1",
        "..",
        "evt_%00",
        "ord_zzzz",
        "%2e%2e",
        "%ff",
    ];
    let mut answers = std::collections::HashSet::new();
    for id in ids {
        for path in [format!("/events/{id}"), format!("/carts/{id}"), format!("/orders/{id}")] {
            let answer = web.call(&sor, Method::GET, &path.replace('ø', "%C3%B8"), None).await;
            let mut body = answer.expect_problem(404, "not_found");
            body["request_id"] = json!("");
            answers.insert(body.to_string());
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_that_do_not_exist_name_those_that_do() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let answer = web.call(&shop, Method::PUT, "/events", Some(&json!({}))).await;
    answer.expect_problem(405, "method_not_allowed");
    let allow = answer.headers["allow"].to_str().unwrap();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    web.call(&shop, Method::GET, "/nothing", None)
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_an_event_are_checked_one_by_one() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let good = json!({
        "name": "Concert", "starts_at": "2031-06-01T20:00:00", "ends_at": "2031-06-01T23:00:00", "time_zone": "Europe/Oslo",
        "ticket_types": [{ "name": "A", "price_minor": 100, "currency": "NOK", "capacity": 5, "shared_pools": [] }],
        "shared_pools": [{ "name": "Hall", "capacity": 5 }], "venue": { "name": "Hall 1" },
    });
    for (pointer, value, param) in [
        ("/name", json!(""), "name"),
        ("/name", json!("x".repeat(121)), "name"),
        ("/name", json!("a\u{0}b"), "name"),
        ("/starts_at", json!("tomorrow"), "starts_at"),
        ("/ends_at", json!("2031-06-01T19:00:00"), "ends_at"),
        ("/time_zone", json!("Europe/Atlantis"), "time_zone"),
        ("/ticket_types/0/name", json!(""), "ticket_types[0].name"),
        ("/ticket_types/0/price_minor", json!(-1), "ticket_types[0].price_minor"),
        (
            "/ticket_types/0/price_minor",
            json!(i64::MAX),
            "ticket_types[0].price_minor",
        ),
        ("/ticket_types/0/capacity", json!(-5), "ticket_types[0].capacity"),
        ("/ticket_types/0/currency", json!("XYZ1"), "ticket_types[0].currency"),
        (
            "/ticket_types/0/shared_pools",
            json!(["Hall", "Roof"]),
            "ticket_types[0].shared_pools[1]",
        ),
        ("/shared_pools/0/name", json!(" "), "shared_pools[0].name"),
        ("/shared_pools/0/capacity", json!(-1), "shared_pools[0].capacity"),
        (
            "/shared_pools",
            json!([{ "name": "Hall", "capacity": 1 }, { "name": "Hall", "capacity": 2 }]),
            "shared_pools[1].name",
        ),
        ("/ticket_types/0/capacity", json!(1_000_001), "ticket_types[0].capacity"),
        ("/venue", json!({ "name": "" }), "venue.name"),
    ] {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        let answer = web.call(&shop, Method::POST, "/events", Some(&body)).await;
        assert_eq!(answer.expect_problem(422, "invalid_field")["param"], param, "{pointer}");
    }
    let mut fraction = good.clone();
    fraction["ticket_types"][0]["price_minor"] = json!(99.5);
    web.call(&shop, Method::POST, "/events", Some(&fraction))
        .await
        .expect_problem(422, "invalid_body");
    web.call(&shop, Method::POST, "/events", Some(&good)).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_the_wrong_kind_are_refused_before_anything_happens() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 10_000).await;
    let form = "application/x-www-form-urlencoded";
    let wish = format!("qty_{standing}=1");
    let fields = |count: usize| format!("{wish}{}", "&a=b".repeat(count - 1));
    let paths = ["/events/concert/carts", "/manage/login"];
    for (media_type, body, status, code) in [
        (
            "application/json",
            wish.clone().into_bytes(),
            415,
            "unsupported_media_type",
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x--".to_vec(),
            415,
            "unsupported_media_type",
        ),
        ("", wish.clone().into_bytes(), 415, "unsupported_media_type"),
        (
            form,
            format!("{wish}&a={}", "a".repeat(1024 * 1024)).into_bytes(),
            413,
            "body_too_large",
        ),
        (form, fields(501).into_bytes(), 413, "body_too_large"),
        (form, format!("{wish}&a=%FF%FE").into_bytes(), 400, "invalid_utf8"),
        (form, [wish.as_bytes(), b"&a=\xff\xfe"].concat(), 400, "invalid_utf8"),
        (form, format!("{wish}&a=b%00c").into_bytes(), 400, "invalid_utf8"),
        (form, format!("{wish}&%C3%28=a").into_bytes(), 400, "invalid_utf8"),
    ] {
        for path in paths {
            for accept in ["text/html", "application/json"] {
                let request = Request::post(path)
                    .header("host", &shop.host)
                    .header("accept", accept)
                    .header("sec-fetch-site", "same-origin")
                    .header("content-type", media_type)
                    .body(Body::from(body.clone()));
                let answer = web.send(request.unwrap()).await;
                assert_eq!(answer.status, status, "{path} {media_type} {accept}: {}", answer.text);
                if accept == "text/html" {
                    assert!(answer.text.starts_with("<!doctype html>"), "{path}: {}", answer.text);
                    assert!(answer.text.contains("nord shop"), "{path} has the shop's look");
                } else {
                    answer.expect_problem(status, code);
                }
            }
        }
    }
    let seen = web.call(&shop, Method::GET, &format!("/events/{event}"), None).await;
    assert_eq!(seen.expect(200)["ticket_types"][0]["held"], 0, "nothing was taken");
    // As many fields as are allowed, each of them fine.
    let most = Request::post(paths[0])
        .header("host", &shop.host)
        .header("content-type", form)
        .body(Body::from(fields(500)));
    assert_eq!(web.send(most.unwrap()).await.status, 303);
    assert_eq!(web.page(&other.host, "/events/concert").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_names_in_addresses_are_answered_like_unknown_ones() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, standing) = web.open_sale(&shop, 10, 10_000).await;
    let long = "a".repeat(4_000);
    let odd = [
        "unknown",
        "%FF",
        "%00",
        "a%20b",
        "CONCERT",
        "concert%2F..",
        "..%2f..%2fetc",
        "%C3%28",
        "-",
        "%E2%80%AE",
        "concert%0d%0ax",
        "%25",
        "'",
        &long,
    ];
    for name in odd {
        for path in [
            format!("/events/{name}"),
            format!("/events/{name}/calendar.ics"),
            format!("/orders/{name}"),
            format!("/orders/{name}/tickets/1.svg"),
            format!("/checkout/{name}"),
            format!("/sandbox/{name}"),
            format!("/legal/{name}"),
            format!("/assets/{name}"),
            format!("/dev/mail/{name}"),
        ] {
            let answer = web.page(&shop.host, &path).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            assert!(answer.text.starts_with("<!doctype html>"), "{path}: {}", answer.text);
            assert!(answer.text.contains("nord shop"), "{path} has the shop's look");
        }
        let wish = [(format!("qty_{standing}"), "1")];
        let wish = [(wish[0].0.as_str(), wish[0].1)];
        let path = format!("/events/{name}/carts");
        assert_eq!(web.form(&shop.host, &path, &wish).await.status, 404, "{path}");
    }
}
