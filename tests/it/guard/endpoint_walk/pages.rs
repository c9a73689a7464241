//! Every HTML answer of every route carries what keeps browsers from doing harm, whoever asks and whatever went wrong.

use bilten_api::http::registry::Face;
use bilten_tests::{Answer, TestApp, Web, report};
use http::{Method, Request};

use super::{
    fixture::{Caller, Shop},
    request, routes,
};

/// Tells whether the answer is a page; checks it if it is.
fn check(answer: &Answer, what: &str) -> bool {
    let header = |name: &str| {
        answer
            .headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("?"))
    };
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(header(name), value, "{what}");
    }
    for name in ["permissions-policy", "cache-control", "x-request-id", "x-frame-options"] {
        assert!(!header(name).is_empty(), "{what} has no {name}");
    }
    let policy = header("content-security-policy");
    assert!(
        !policy.is_empty() && !policy.contains("script-src 'unsafe"),
        "{what}: {policy}"
    );
    if !header("content-type").starts_with("text/html") || policy.contains("sandbox;") {
        return false;
    }
    assert!(policy.contains("script-src 'self';"), "{what}: {policy}");
    for part in answer.text.split("<script").skip(1) {
        let attributes = part.split('>').next().unwrap_or_default();
        assert!(attributes.contains(" src=\"/"), "{what}: <script{attributes}>");
    }
    if answer.text.contains("<style") {
        assert!(policy.contains("style-src 'self' 'sha256-"), "{what}: {policy}");
    }
    for forbidden in [
        " style=\"",
        " onclick=",
        " onload=",
        " onsubmit=",
        " onerror=",
        "javascript:",
    ] {
        assert!(
            !answer.text.contains(forbidden),
            "{what} has{forbidden}, which its policy forbids"
        );
    }
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_every_page_has_its_protective_headers_and_no_script_inside() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let shop = Shop::open(&app, &web, "nordlys").await;
    let mut pages = 0;
    let mut answers = 0;
    for info in routes().iter().filter(|info| info.face != Face::Ops) {
        let host = if matches!(info.face, Face::Platform | Face::Notices) {
            "platform.localhost"
        } else {
            shop.host.as_str()
        };
        for caller in [shop.session(), Caller::Nobody] {
            for is_unknown in [false, true] {
                // Forms go out empty: what is wrong with them is told on a page as well.
                let path = shop.path(info, is_unknown);
                let mut request = request(info, &path, host, (&caller, ""));
                request.headers_mut().insert("accept", "text/html".parse().unwrap());
                let answer = web.send(request).await;
                let what = format!("{} {} as {caller:?}: {}", info.method, info.path, answer.status);
                answers += 1;
                if check(&answer, &what) {
                    pages += 1;
                }
            }
        }
    }
    for host in ["nobody.localhost", "platform.localhost", shop.host.as_str()] {
        for method in [Method::GET, Method::PUT] {
            let request = Request::builder()
                .method(&method)
                .uri("/no/such/page")
                .header("host", host)
                .header("accept", "text/html");
            let answer = web.send(request.body(axum::body::Body::empty()).unwrap()).await;
            assert!(check(&answer, &format!("{method} of nothing on {host}")));
            pages += 1;
        }
    }
    assert!(pages > 60, "only {pages} pages were seen");
    report(&format!(
        "headers: {answers} answers, {pages} of them pages, each with its policy and no script inside"
    ));
}
