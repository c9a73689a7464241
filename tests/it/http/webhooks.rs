//! Webhooks of the sandbox through the whole router: genuine, again, early, late, and those that are not believed.
//!
//! What the application makes of a webhook once it is believed is tested in `billing/webhooks.rs`.

use axum::body::Body;
use bilten_billing::provider::sign;
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, Served, Shopkeeper, TestApp, Web};
use http::Request;
use jiff::SignedDuration;

use super::visit::{Rows, Visitor, leads_to, post};

const PRICE: i64 = 25_000;

async fn deliver(web: &Web, host: &str, signature: Option<&str>, body: &[u8]) -> Answer {
    let mut request = Request::post("/webhooks/sandbox")
        .header("host", host)
        .header("content-type", "application/json");
    if let Some(signature) = signature {
        request = request.header("sandbox-signature", signature);
    }
    web.send(request.body(Body::from(body.to_vec())).unwrap()).await
}

/// Signs as the provider does for this shop.
fn signed(app: &TestApp, web: &Web, shop: &Shopkeeper, body: &[u8]) -> String {
    sign(&web.state.sandbox.webhook_secrets(shop.id), app.now(), body)
}

fn news(payment: &str, state: &str) -> String {
    format!(r#"{{"id":"evt_{payment}_{state}","type":"payment.{state}","payment":"{payment}"}}"#)
}

async fn tell(app: &TestApp, web: &Web, shop: &Shopkeeper, body: &str) {
    let signature = signed(app, web, shop, body.as_bytes());
    let answer = deliver(web, &shop.host, Some(&signature), body.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn bought(tickets: i64) -> Rows {
    Rows {
        orders: vec!["paid".to_owned()],
        valid: tickets,
        void: 0,
        held: 0,
        sold: tickets,
        taken: tickets * PRICE,
        returned: 0,
        refunds: 0,
        webhooks: 0,
        facts: 1,
    }
}

/// The sandbox's own courier brings it over TCP to the address at which the application listens.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_is_settled_later_is_told_of_over_the_wire() {
    let app = TestApp::start().await;
    let (web, _served) = Served::with_own_address(&app).await;
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 5, PRICE).await;
    let buyer = Visitor::at_the_provider(&web, &shop, &ticket_type, 2).await;
    let back = buyer.choose(&web, &shop, "later").await;
    let order = leads_to(&web.page(&shop.host, &back).await);
    web.run_jobs().await;
    assert_eq!(Rows::read(&app).await.orders, ["awaiting_funds"]);
    let waiting = web.page(&shop.host, &order).await;
    assert!(
        waiting.status == 200 && !waiting.text.contains("tickets/1.svg"),
        "{}",
        waiting.text
    );
    app.advance(SignedDuration::from_secs(6));
    web.run_jobs().await;
    let told = Rows {
        webhooks: 1,
        ..bought(2)
    };
    assert_eq!(Rows::read(&app).await, told);
    let page = web.page(&shop.host, &order).await;
    assert!(page.text.contains(&format!("{order}/tickets/2.svg")), "{}", page.text);
    // The provider did not hear that it was heard, and sends again.
    for _ in 0..3 {
        tell(&app, &web, &shop, &news(buyer.payment(), "succeeded")).await;
        web.run_jobs().await;
    }
    assert_eq!(Rows::read(&app).await, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_quicker_than_the_buyer_pays_the_order_once() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 5, PRICE).await;
    let buyer = Visitor::at_the_provider(&web, &shop, &ticket_type, 1).await;
    let back = buyer.choose(&web, &shop, "pay").await;
    let body = news(buyer.payment(), "succeeded");
    tokio::join!(tell(&app, &web, &shop, &body), tell(&app, &web, &shop, &body));
    web.run_jobs().await;
    let told = Rows {
        webhooks: 1,
        ..bought(1)
    };
    assert_eq!(Rows::read(&app).await, told);
    let order = leads_to(&web.page(&shop.host, &back).await);
    let page = web.page(&shop.host, &order).await;
    assert!(page.text.contains("tickets/1.svg"), "{}", page.text);
    assert_eq!(Rows::read(&app).await, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn news_in_the_wrong_order_change_nothing() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 5, PRICE).await;
    let first = Visitor::at_the_provider(&web, &shop, &ticket_type, 1).await;
    let back = first.choose(&web, &shop, "decline").await;
    assert_eq!(leads_to(&web.page(&shop.host, &back).await), first.pay);
    let sandbox = leads_to(&post(&web, &shop.host, &first.pay, &[("method", "sandbox")]).await);
    let second = Visitor {
        cart: first.cart.clone(),
        pay: first.pay.clone(),
        sandbox,
    };
    assert_ne!(second.payment(), first.payment());
    second.choose(&web, &shop, "pay").await;
    for (payment, state) in [
        (second.payment(), "succeeded"),
        (first.payment(), "failed"),
        (first.payment(), "succeeded"),
        (second.payment(), "failed"),
        (second.payment(), "requires_action"),
    ] {
        tell(&app, &web, &shop, &news(payment, state)).await;
        web.run_jobs().await;
        let rows = Rows::read(&app).await;
        let told = Rows {
            webhooks: rows.webhooks,
            ..bought(1)
        };
        assert_eq!(rows, told, "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_are_not_genuine_are_refused_and_change_nothing() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 5, PRICE).await;
    let buyer = Visitor::at_the_provider(&web, &shop, &ticket_type, 1).await;
    // There is money, so that a webhook that were believed would have an effect.
    buyer.choose(&web, &shop, "pay").await;
    let body = news(buyer.payment(), "succeeded");
    let genuine = signed(&app, &web, &shop, body.as_bytes());
    let before = Rows::read(&app).await;
    assert_eq!(
        (before.orders.as_slice(), before.valid),
        (&["awaiting_payment".to_owned()][..], 0)
    );

    let changed = body.replace("evt_", "evt-");
    let cut = &genuine[..genuine.len() - 1];
    let foreign = signed(&app, &web, &other, body.as_bytes());
    for (why, host, signature, body) in [
        ("unsigned", &shop.host, None, body.as_str()),
        ("empty", &shop.host, Some(""), &body),
        ("garbage", &shop.host, Some("t=now,v1=here"), &body),
        ("cut", &shop.host, Some(cut), &body),
        ("of another body", &shop.host, Some(&genuine), &changed),
        ("of another shop's secret", &shop.host, Some(&foreign), &body),
        ("at another shop's host", &other.host, Some(&genuine), &body),
    ] {
        let answer = deliver(&web, host, signature, body.as_bytes()).await;
        answer.expect_problem(401, "unauthenticated");
        assert!(!answer.text.contains(buyer.payment()), "{why}: {}", answer.text);
    }
    let large = vec![b' '; 300 * 1024];
    for (garbage, status) in [
        (&b""[..], 400),
        (b"{}", 400),
        (b"[1,2", 400),
        (b"\xff\xfe\x00", 400),
        (br#"{"id":"","type":"payment.succeeded","payment":"sbx_"}"#, 400),
        (&large, 413),
    ] {
        let signature = signed(&app, &web, &shop, garbage);
        let answer = deliver(&web, &shop.host, Some(&signature), garbage).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let elsewhere = Request::post("/webhooks/nobody").header("host", &shop.host);
    assert_eq!(web.send(elsewhere.body(Body::empty()).unwrap()).await.status, 404);
    assert_eq!(
        deliver(&web, "nobody.localhost", Some(&genuine), body.as_bytes())
            .await
            .status,
        404
    );
    // Another shop may say of its own provider what it likes: the payment is none of its own.
    tell(&app, &web, &other, &body).await;
    app.advance(SignedDuration::from_secs(301));
    let stale = deliver(&web, &shop.host, Some(&genuine), body.as_bytes()).await;
    stale.expect_problem(401, "unauthenticated");

    let mut admin = app.test_db.admin().await;
    let believed: Vec<uuid::Uuid> = sqlx::query_scalar("select tenant_id from bilten.provider_events")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(believed, [other.id.uuid()]);
    let now = Rows::read(&app).await;
    assert_eq!(now, Rows { webhooks: 1, ..before });
    // The genuine one, signed anew, is believed still.
    tell(&app, &web, &shop, &body).await;
    web.run_jobs().await;
    let paid = Rows {
        webhooks: 2,
        ..bought(1)
    };
    assert_eq!(Rows::read(&app).await, paid);
}
