//! Forms of the shop that nobody should send, and honest ones that come twice or too late.

use axum::body::Body;
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, Shopkeeper, TestApp, Web};
use http::{Method, Request, header::LOCATION};
use serde_json::json;
use url::form_urlencoded;

const FORM: &str = "application/x-www-form-urlencoded";

async fn send(web: &Web, shop: &Shopkeeper, path: &str, media_type: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path)
        .header("host", &shop.host)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", media_type)
        .body(body.into());
    web.send(request.unwrap()).await
}

async fn post(web: &Web, shop: &Shopkeeper, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    send(web, shop, path, FORM, body).await
}

fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[LOCATION].to_str().unwrap().to_owned()
}

async fn orders(web: &Web, shop: &Shopkeeper) -> Vec<serde_json::Value> {
    let listed = web.call(shop, Method::GET, "/orders", None).await.expect(200);
    listed["data"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_and_addresses_of_the_wrong_kind_get_their_status() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 10, 0).await;
    let carts = "/events/concert/carts";
    let fine = format!("qty_{ticket_type}=1");
    for (media_type, body, status) in [
        ("application/json", "{}".as_bytes().to_vec(), 415),
        ("multipart/form-data; boundary=x", fine.clone().into_bytes(), 415),
        (FORM, b"request_key=%ff%fe".to_vec(), 400),
        (FORM, b"request_key=a%00b".to_vec(), 400),
        (FORM, vec![b'a'; 2 * 1024 * 1024], 413),
        (FORM, "a=1&".repeat(501).into_bytes(), 413),
    ] {
        let answer = send(&web, &shop, carts, media_type, body).await;
        assert_eq!(answer.status, status, "{media_type}");
        assert!(
            answer.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
    }
    let cart = leads_to(&send(&web, &shop, carts, FORM, fine).await);
    let long = format!("/events/{}", "a".repeat(3_000));
    for slug in [
        "/events/%00",
        "/events/%ff",
        "/events/..%2f..%2fmanage",
        "/events/Concert",
        "/events/-",
        "/events/%3Cb%3E",
        &long,
    ] {
        let answer = web.page(&shop.host, slug).await;
        assert_eq!(answer.status, 404, "{slug}");
        assert!(answer.text.contains("nord shop"), "in the shop's look: {}", answer.text);
    }
    let token = cart.trim_start_matches("/checkout/");
    let flipped = |at: usize| {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
        String::from_utf8(bytes).unwrap()
    };
    let forged = [0, 5, token.len() / 2, token.len() - 2].map(flipped);
    let odd = [
        token[1..].to_owned(),
        format!("{token}a"),
        "%00".to_owned(),
        "x".repeat(4_000),
    ];
    for bad in forged.iter().chain(&odd) {
        let paths = [
            format!("/checkout/{bad}"),
            format!("/checkout/{bad}/pay"),
            format!("/orders/{bad}"),
        ];
        for path in paths {
            assert_eq!(web.page(&shop.host, &path).await.status, 404, "{path}");
        }
        let abandoned = post(&web, &shop, &format!("/checkout/{bad}/abandon"), &[]).await;
        assert_eq!(abandoned.status, 404, "{bad}");
    }
    assert_eq!(
        web.page(&shop.host, &cart).await.status,
        200,
        "the true link still works"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_makes_one_cart() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 10, 0).await;
    let field = format!("qty_{ticket_type}");
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "2")];
    let (a, b) = tokio::join!(
        post(&web, &shop, "/events/concert/carts", &wish),
        post(&web, &shop, "/events/concert/carts", &wish)
    );
    assert_eq!(leads_to(&a), leads_to(&b));
    let seen = web
        .call(&shop, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    assert_eq!(seen["ticket_types"][0]["held"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_one_cart_make_one_order_and_one_payment() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 10, 10_000).await;
    let field = format!("qty_{ticket_type}");
    let cart = leads_to(&post(&web, &shop, "/events/concert/carts", &[(&field, "1")]).await);
    let details = |name| [("email", "ada@example.org"), ("name", name)];
    let (one, other) = (details("Ada"), details("Ada Lovelace"));
    let (a, b) = tokio::join!(post(&web, &shop, &cart, &one), post(&web, &shop, &cart, &other));
    let pay = leads_to(&a);
    assert_eq!(pay, leads_to(&b));
    let method = [("method", "sandbox")];
    let (a, b) = tokio::join!(post(&web, &shop, &pay, &method), post(&web, &shop, &pay, &method));
    let at_provider = [leads_to(&a), leads_to(&b)];
    let hosted = at_provider.iter().find(|to| to.starts_with("/sandbox/"));
    let hosted = hosted.expect("one of the tabs is sent to the provider").clone();
    leads_to(&post(&web, &shop, &hosted, &[("outcome", "pay")]).await);
    // The other tab presses the button once more.
    leads_to(&post(&web, &shop, &pay, &method).await);
    let back = leads_to(&web.page(&shop.host, &format!("{cart}/return")).await);
    assert!(back.starts_with("/orders/"), "{back}");
    let orders = orders(&web, &shop).await;
    assert_eq!((orders.len(), &orders[0]["state"]), (1, &json!("paid")));
    let seen = web
        .call(&shop, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    assert_eq!(seen["ticket_types"][0]["sold"], 1);
    let mut admin = app.test_db.admin().await;
    let charges: i64 = sqlx::query_scalar("select count(*) from bilten.sandbox_payments where state = 'succeeded'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(charges, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_expires_at_the_moment_of_paying_takes_no_money() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 1, 10_000).await;
    let field = format!("qty_{ticket_type}");
    let cart = leads_to(&post(&web, &shop, "/events/concert/carts", &[(&field, "1")]).await);
    let details = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = leads_to(&post(&web, &shop, &cart, &details).await);
    app.advance(bilten_core::inventory::HOLD_TTL);
    let too_late = post(&web, &shop, &pay, &[("method", "sandbox")]).await;
    assert_eq!(leads_to(&too_late), pay);
    assert_eq!(
        web.page(&shop.host, &pay).await.status,
        410,
        "the page says that the time is over"
    );
    web.run_jobs().await;
    web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
    let mut admin = app.test_db.admin().await;
    let attempts: i64 = sqlx::query_scalar("select count(*) from bilten.payment_attempts")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(attempts, 0, "the provider was never asked");
}
