//! Hosts, forms from elsewhere, headers.

use axum::body::Body;
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, TestApp, Web};
use http::Request;

async fn get(web: &Web, host: &str, path: &str) -> Answer {
    web.page(host, path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_and_malformed_hosts_lead_nowhere_and_name_nobody() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    for host in [
        "nobody.localhost",
        "localhost",
        "nord.localhost.evil",
        "127.0.0.1:8080",
        "[::1]:80",
        "a b",
        "-",
        "nord..localhost",
    ] {
        for path in ["/", "/manage", "/api/v1/events", "/legal/terms"] {
            let answer = get(&web, host, path).await;
            assert_eq!(answer.status, 404, "{host}{path}");
            let text = answer.text.to_lowercase();
            assert!(
                !text.contains("bilten") && !text.contains("nord shop"),
                "{host}{path}: {text}"
            );
        }
    }
    assert_eq!(get(&web, "NORD.localhost.:8080", "/api/v1/docs").await.status, 200);
    let no_host = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(web.send(no_host).await.status, 404);
    let two = Request::get("/")
        .header("host", &shop.host)
        .header("host", "sor.localhost")
        .body(Body::empty())
        .unwrap();
    assert_eq!(web.send(two).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_carry_the_headers_that_protect_browsers() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    for path in ["/api/v1/docs", "/nothing", "/manage"] {
        let answer = get(&web, &shop.host, path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self';"),
            "{path}: {policy}"
        );
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(answer.headers.contains_key("referrer-policy") && answer.headers.contains_key("x-request-id"));
        assert!(
            !format!("{:?}", answer.headers).to_lowercase().contains("bilten"),
            "{path}"
        );
    }
    let docs = get(&web, &shop.host, "/api/v1/docs").await;
    let policy = docs.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("style-src 'self' 'sha256-"),
        "its own style sheet alone: {policy}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_request_is_taken_from_our_own_proxies_alone() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_TRUSTED_PROXIES", "10.0.0.1")]);
    for (peer, id, taken) in [
        (Some("10.0.0.1"), "abc-1", true),
        (Some("::ffff:10.0.0.1"), "abc-1", true),
        (Some("10.0.0.1"), "a b\tc", false),
        (Some("192.0.2.1"), "abc-1", false),
        (None, "abc-1", false),
    ] {
        let request = Request::get("/livez").header("x-request-id", id);
        let request = request.body(Body::empty()).unwrap();
        let answer = match peer {
            Some(peer) => web.send_from(peer.parse().unwrap(), request).await,
            None => web.send(request).await,
        };
        assert_eq!(answer.headers["x-request-id"] == id, taken, "{peer:?} {id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_from_other_sites_are_refused() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let form = |name: &'static str, value: &'static str| {
        Request::post("/manage/login")
            .header("host", &shop.host)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from("email=a%40b.no&password=x"))
            .unwrap()
    };
    assert_eq!(web.send(form("sec-fetch-site", "cross-site")).await.status, 403);
    assert_eq!(web.send(form("origin", "https://evil.example")).await.status, 403);
    assert_ne!(web.send(form("sec-fetch-site", "same-origin")).await.status, 403);
}
