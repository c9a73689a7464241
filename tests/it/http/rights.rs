//! Keys, scopes, limits of keys.

use axum::body::Body;
use bilten_kernel::{ApiScope, ApiScopes};
use bilten_tests::{TestApp, Web};
use http::{Method, Request};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn only_a_living_key_of_this_tenant_opens_the_api() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let ask = async |headers: &[(&str, String)], query: &str| {
        let mut request = Request::get(format!("/api/v1/events{query}")).header("host", &nord.host);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        web.send(request.body(Body::empty()).unwrap()).await
    };
    let bearer = |key: &str| [("authorization", format!("Bearer {key}"))];
    ask(&bearer(&nord.key), "").await.expect(200);
    let answer = ask(&[], "").await;
    answer.expect_problem(401, "unauthenticated");
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    ask(&[], &format!("?key={}", nord.key))
        .await
        .expect_problem(401, "unauthenticated");
    for bad in [
        sor.key.as_str(),
        "",
        "x",
        &nord.key[1..],
        &nord.key.to_uppercase(),
        "tk_live_",
        &"a".repeat(10_000),
    ] {
        ask(&bearer(bad), "").await.expect_problem(401, "unauthenticated");
    }
    ask(&[("authorization", format!("Basic {}", nord.key))], "")
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_its_scopes_say() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web
        .open_shop(&app, "nord", [ApiScope::EventsRead].into_iter().collect())
        .await;
    web.call(&shop, Method::GET, "/events", None).await.expect(200);
    for (method, path, scope) in [
        (Method::POST, "/events", "events:write"),
        (Method::GET, "/orders", "orders:read"),
        (Method::POST, "/carts", "orders:write"),
        (Method::POST, "/check-ins", "check-ins:write"),
        (Method::GET, "/payees", "payees:write"),
        (Method::POST, "/gift-cards", "gift-cards:write"),
    ] {
        let answer = web.call(&shop, method, path, Some(&json!({}))).await;
        assert_eq!(answer.expect_problem(403, "scope_missing")["scope"], scope);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "3"), ("BILTEN_RATE_PER_SECOND", "1")]);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let mut last = web.call(&nord, Method::GET, "/events", None).await;
    assert_eq!(last.headers["ratelimit-policy"], "\"default\";q=3;w=3");
    assert!(
        last.headers["ratelimit"]
            .to_str()
            .unwrap()
            .starts_with("\"default\";r=2;")
    );
    for _ in 0..5 {
        last = web.call(&nord, Method::GET, "/events", None).await;
    }
    last.expect_problem(429, "rate_limited");
    assert_eq!(last.headers["ratelimit-policy"], "\"default\";q=3;w=3");
    let wait = last.headers["retry-after"].to_str().unwrap();
    assert!(
        wait.parse::<u32>().is_ok_and(|seconds| (1..=3).contains(&seconds)),
        "{wait}"
    );
    assert_eq!(last.headers["ratelimit"], format!("\"default\";r=0;t={wait}"));
    web.call(&sor, Method::GET, "/events", None).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_of_the_api_is_open_and_names_only_the_shop() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let answer = web.page(&shop.host, "/api/v1/openapi.json").await;
    let document = answer.expect(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(document["info"]["title"], "nord shop API");
    let docs = web.page(&shop.host, "/api/v1/docs").await;
    assert_eq!(docs.status, 200);
    for text in [&answer.text, &docs.text] {
        assert!(!text.to_lowercase().contains("bilten"));
    }
}
