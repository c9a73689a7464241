//! Payments that do not match what was asked for, and what staff decide about them.

use axum::body::Body;
use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk, Shopkeeper, TestApp, Web, db::run};
use http::{Method, Request, header::LOCATION};
use serde_json::json;
use url::form_urlencoded;

const LIST: &str = "/manage/payments";

/// A shop with one place, and somebody of each kind who might decide.
struct Desk {
    app: TestApp,
    web: Web,
    shop: Shopkeeper,
    ticket: (String, String),
    owner: Clerk,
    stranger: Clerk,
    door: Clerk,
}

/// A buyer on his way through the checkout.
struct Buyer {
    cart: String,
    provider: String,
}

impl Desk {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let ticket = web.open_sale(&shop, 1, 10_000).await;
        let hire = async |shop: &Shopkeeper, role| Clerk::hire(&app, (shop.id, &shop.host), role, None).await;
        Self {
            owner: hire(&shop, Role::Owner).await,
            door: hire(&shop, Role::DoorStaff).await,
            stranger: hire(&other, Role::Owner).await,
            app,
            web,
            shop,
            ticket,
        }
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header("host", &self.shop.host)
            .header("accept", "text/html")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        leads_to(&self.web.send(request.body(Body::from(body)).unwrap()).await)
    }

    /// Goes to the provider, who asks for another sum than we did.
    async fn buyer_asked_for(&self, minor: i64) -> Buyer {
        let field = format!("qty_{}", self.ticket.1);
        let cart = self.post("/events/concert/carts", &[(&field, "1")]).await;
        let pay = self.post(&cart, &[("email", "ada@example.org"), ("name", "Ada")]).await;
        let provider = self.post(&pay, &[("method", "sandbox")]).await;
        self.provider_asks_for(minor).await;
        Buyer { cart, provider }
    }

    async fn provider_asks_for(&self, minor: i64) {
        let mut admin = self.app.test_db.admin().await;
        run(
            &mut admin,
            &format!("update bilten.sandbox_payments set amount_minor = {minor}"),
        )
        .await;
    }

    async fn come_back(&self, buyer: &Buyer) -> String {
        let back = format!("{}/return", buyer.cart);
        leads_to(&self.web.page(&self.shop.host, &back).await)
    }

    /// Where the only payment's decisions are posted to.
    async fn payment(&self) -> String {
        let page = self.web.look(&self.owner, LIST).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let action = page.text.split("action=\"").find(|part| part.starts_with(LIST));
        let action = action.and_then(|part| part.split('"').next()).expect("a payment waits");
        action.trim_end_matches("/looks").to_owned()
    }

    /// Sends a decision and returns the key of what the next page says.
    async fn decide(&self, payment: &str, noun: &str) -> String {
        let answer = self.web.submit(&self.owner, &format!("{payment}/{noun}"), &[]).await;
        assert_eq!(leads_to(&answer), LIST);
        let cookies = answer.headers.get_all("set-cookie").iter();
        let flash = cookies.filter_map(|cookie| cookie.to_str().ok()?.strip_prefix("flash="));
        flash.filter_map(|rest| rest.split(';').next()).collect()
    }

    async fn waits(&self) -> bool {
        let home = self.web.look(&self.owner, "/manage").await.text.contains(LIST);
        let orders = self.web.look(&self.owner, "/manage/orders").await.text.contains(LIST);
        assert_eq!(home, orders);
        home
    }

    async fn order(&self) -> serde_json::Value {
        let listed = self
            .web
            .call(&self.shop, Method::GET, "/orders", None)
            .await
            .expect(200);
        listed["data"][0]["state"].clone()
    }

    async fn stock(&self) -> (i64, i64) {
        let path = format!("/events/{}", self.ticket.0);
        let seen = self.web.call(&self.shop, Method::GET, &path, None).await.expect(200);
        let of = |name: &str| seen["ticket_types"][0][name].as_i64().unwrap();
        (of("held"), of("sold"))
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let mut admin = self.app.test_db.admin().await;
        sqlx::query_scalar(sql).fetch_one(&mut admin).await.unwrap()
    }
}

fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[LOCATION].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_fits_at_another_look_pays_its_order() {
    let desk = Desk::open().await;
    let buyer = desk.buyer_asked_for(9_000).await;
    desk.post(&buyer.provider, &[("outcome", "pay")]).await;
    desk.come_back(&buyer).await;
    assert_eq!(desk.order().await, "awaiting_payment");
    assert!(desk.waits().await);
    let payment = desk.payment().await;

    assert_eq!(desk.decide(&payment, "looks").await, "flash-payment-still-odd");
    assert_eq!(
        (desk.order().await, desk.stock().await),
        (json!("awaiting_payment"), (1, 0))
    );
    desk.provider_asks_for(10_000).await;
    assert_eq!(desk.decide(&payment, "looks").await, "flash-payment-fits");
    assert_eq!((desk.order().await, desk.stock().await), (json!("paid"), (0, 1)));
    assert!(!desk.waits().await);
    for noun in ["looks", "refunds"] {
        assert_eq!(
            desk.decide(&payment, noun).await,
            "flash-too-late",
            "{noun} of what is decided"
        );
    }
    assert_eq!(desk.order().await, "paid");
    let looks =
        "select count(*) from bilten.audit_entries where action = 'payment.looked_at_again' and actor like 'staff:%'";
    assert_eq!(desk.count(looks).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_does_not_match_goes_back_as_it_was_taken() {
    let desk = Desk::open().await;
    let buyer = desk.buyer_asked_for(9_000).await;
    desk.post(&buyer.provider, &[("outcome", "pay")]).await;
    desk.come_back(&buyer).await;
    let payment = desk.payment().await;
    let path = format!("{payment}/refunds");
    assert_eq!(desk.web.submit(&desk.stranger, &path, &[]).await.status, 404);
    assert_eq!(desk.web.look(&desk.door, LIST).await.status, 404);
    assert_eq!(desk.web.submit(&desk.door, &path, &[]).await.status, 404);
    assert!(
        desk.web
            .look(&desk.stranger, LIST)
            .await
            .text
            .contains("No payment needs a look")
    );

    let (one, other) = tokio::join!(desk.decide(&payment, "refunds"), desk.decide(&payment, "refunds"));
    let mut said = [one, other];
    said.sort_unstable();
    assert_eq!(said, ["flash-payment-goes-back", "flash-too-late"]);
    desk.web.run_jobs().await;
    assert_eq!((desk.order().await, desk.stock().await), (json!("refunded"), (0, 0)));
    assert!(!desk.waits().await);
    assert_eq!(
        desk.count("select refunded_minor from bilten.sandbox_payments").await,
        9_000
    );
    assert_eq!(desk.count("select count(*) from bilten.refunds").await, 1);
    assert_eq!(desk.count("select count(*) from bilten.tickets").await, 0);
    let audited = "select count(*) from bilten.audit_entries where action = 'payment.given_back'";
    assert_eq!(desk.count(audited).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_without_money_is_ended_and_cannot_be_paid_any_more() {
    let desk = Desk::open().await;
    let buyer = desk.buyer_asked_for(99_000).await;
    desk.come_back(&buyer).await;
    let payment = desk.payment().await;
    assert_eq!(desk.decide(&payment, "refunds").await, "flash-payment-ended");
    assert!(!desk.waits().await);
    let dead = "select count(*) from bilten.sandbox_payments where state = 'canceled'";
    assert_eq!(desk.count(dead).await, 1);
    assert_eq!(desk.order().await, "quoted");
    // The buyer may try again while his cart lives; this time the sums match.
    let again = desk
        .post(&format!("{}/pay", buyer.cart), &[("method", "sandbox")])
        .await;
    assert_ne!(again, buyer.provider);
    desk.post(&again, &[("outcome", "pay")]).await;
    desk.come_back(&buyer).await;
    assert_eq!((desk.order().await, desk.stock().await), (json!("paid"), (0, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_of_somebody_else_is_never_touched() {
    let desk = Desk::open().await;
    let buyer = desk.buyer_asked_for(10_000).await;
    desk.post(&buyer.provider, &[("outcome", "pay")]).await;
    let mut admin = desk.app.test_db.admin().await;
    run(
        &mut admin,
        "update bilten.sandbox_payments set attempt_id = gen_random_uuid()",
    )
    .await;
    desk.come_back(&buyer).await;
    let payment = desk.payment().await;
    assert_eq!(desk.decide(&payment, "refunds").await, "flash-payment-not-ours");
    assert_eq!(desk.decide(&payment, "looks").await, "flash-payment-still-odd");
    desk.web.run_jobs().await;
    assert!(desk.waits().await);
    assert_eq!(desk.count("select count(*) from bilten.refunds").await, 0);
    assert_eq!(
        desk.count("select refunded_minor from bilten.sandbox_payments").await,
        0
    );
}
