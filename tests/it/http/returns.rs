//! Tickets given back and taken back, by program, by staff and by their buyers.

use bilten_billing::risk::approvals::{self, Movement};
use bilten_kernel::ApiScopes;
use bilten_tests::{Shopkeeper, TestApp, Web};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::visit::{Clerk, Rows, leads_to, post};

const PRICE: i64 = 25_000;

struct Sale {
    app: TestApp,
    web: Web,
    shop: Shopkeeper,
    event: String,
    ticket_type: String,
}

impl Sale {
    async fn open(places: i64) -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&shop, places, PRICE).await;
        Self {
            app,
            web,
            shop,
            event,
            ticket_type,
        }
    }

    /// Buys tickets; returns the order.
    async fn buy(&self, quantity: i64) -> Value {
        let cart = self
            .web
            .hold(&self.shop, &self.event, &self.ticket_type, quantity)
            .await
            .expect(201);
        let cart = cart["id"].as_str().unwrap();
        self.web.check_out(&self.shop, cart, cart).await.expect(200)
    }

    async fn order(&self, order: &Value) -> Value {
        let path = format!("/orders/{}", order["id"].as_str().unwrap());
        self.web.call(&self.shop, Method::GET, &path, None).await.expect(200)
    }

    /// The order's page as its buyer has it.
    fn page(&self, order: &Value) -> String {
        let order = order["id"].as_str().unwrap().parse().unwrap();
        format!("/orders/{}", self.web.state.links.order(self.shop.id, order))
    }
}

fn ticket(order: &Value, index: usize) -> &str {
    order["tickets"][index]["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_take_single_tickets_back() {
    let sale = Sale::open(4).await;
    let order = sale.buy(3).await;
    let path = format!("/orders/{}/returns", order["id"].as_str().unwrap());
    let call = async |body: Value, key: &str| {
        let (web, shop) = (&sale.web, &sale.shop);
        web.call_once(shop, Method::POST, &path, Some(&body), Some(key)).await
    };
    let one = json!({ "ticket_ids": [ticket(&order, 0)], "keep_minor": 500, "reason": "ill" });
    let made = call(one.clone(), "a").await.expect(201);
    assert_eq!(
        (
            &made["gross_minor"],
            &made["kept_minor"],
            &made["refund_minor"],
            &made["tickets"]
        ),
        (&json!(PRICE), &json!(500), &json!(PRICE - 500), &json!(1))
    );
    assert_eq!(call(one.clone(), "a").await.expect(201), made, "the same request again");
    call(one, "b").await.expect_problem(409, "ticket_void");
    let much = json!({ "ticket_ids": [ticket(&order, 1)], "keep_minor": PRICE + 1 });
    call(much, "c").await.expect_problem(409, "refund_too_high");
    call(json!({ "ticket_ids": ["x"] }), "d")
        .await
        .expect_problem(409, "ticket_void");
    sale.web.run_jobs().await;
    let seen = sale.order(&order).await;
    assert_eq!(
        (&seen["state"], &seen["refunded_minor"]),
        (&json!("paid"), &json!(PRICE - 500))
    );
    let rows = Rows::read(&sale.app).await;
    assert_eq!(
        (rows.valid, rows.void, rows.sold, rows.returned),
        (2, 1, 2, PRICE - 500)
    );
    let listed = sale.web.call(&sale.shop, Method::GET, &path, None).await.expect(200);
    assert_eq!(listed["items"], json!([made]));
    call(json!({}), "e").await.expect(201);
    assert_eq!(sale.order(&order).await["state"], "refunded");
    call(json!({}), "f").await.expect_problem(409, "order_state");
}

/// A key is made in a moment by whoever may; it is no second person.
#[tokio::test(flavor = "multi_thread")]
async fn programs_give_no_more_back_than_one_person_decides_about() {
    let sale = Sale::open(4).await;
    let order = sale.buy(3).await;
    let ctx = sale.app.ctx_in(sale.shop.id);
    let currency = order["currency"].as_str().unwrap().parse().unwrap();
    let mut tx = sale.app.db.begin(&ctx).await.unwrap();
    approvals::set_limit(&ctx, &mut tx, (Movement::Refund, currency), Some(PRICE))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/orders/{}/returns", order["id"].as_str().unwrap());
    let take = async |index: usize, key: &str| {
        let body = json!({ "ticket_ids": [ticket(&order, index)] });
        let (web, shop) = (&sale.web, &sale.shop);
        web.call_once(shop, Method::POST, &path, Some(&body), Some(key)).await
    };
    take(0, "a").await.expect(201);
    for key in ["b", "b", "c"] {
        take(1, key).await.expect_problem(403, "second_person_needed");
    }
    assert_eq!(sale.order(&order).await["refunded_minor"], PRICE);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_take_single_tickets_back_and_are_told_what_is_wrong() {
    let sale = Sale::open(4).await;
    let order = sale.buy(2).await;
    let clerk = Clerk::owner(&sale.web, &sale.shop).await;
    let page = format!("/manage/orders/{}", order["id"].as_str().unwrap());
    let path = format!("{page}/returns");
    assert!(clerk.page(&sale.web, &page).await.text.contains(&path), "it is offered");
    for (fields, says) in [
        (vec![("keep", "10")], "Choose at least one ticket"),
        (vec![("ticket", ticket(&order, 0)), ("keep", "ten")], "aria-invalid"),
        (vec![("ticket", ticket(&order, 0)), ("keep", "250.01")], "At most"),
    ] {
        let refused = clerk.send(&sale.web, &path, &fields).await;
        assert_eq!(refused.status, 422, "{fields:?}");
        assert!(refused.text.contains(says), "{fields:?}: {says}");
    }
    let fields = [
        ("ticket", ticket(&order, 0)),
        ("keep", "50,5"),
        ("reason", "<b>ill</b>"),
    ];
    assert_eq!(leads_to(&clerk.send(&sale.web, &path, &fields).await), page);
    let again = clerk.send(&sale.web, &path, &fields).await;
    assert!(again.headers["set-cookie"].to_str().unwrap().contains("flash-too-late"));
    sale.web.run_jobs().await;
    let rows = Rows::read(&sale.app).await;
    assert_eq!(
        (rows.valid, rows.void, rows.returned, rows.refunds),
        (1, 1, PRICE - 5_050, 1)
    );
    let seen = clerk.page(&sale.web, &page).await.text;
    assert!(
        seen.contains("&lt;b&gt;ill&lt;/b&gt;") || seen.contains("&lt;b&gt;ill"),
        "the reason is shown as text"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn buyers_give_back_what_the_policy_lets_them() {
    let sale = Sale::open(4).await;
    let clerk = Clerk::owner(&sale.web, &sale.shop).await;
    let policy = format!("/manage/events/{}/return-policy", sale.event);
    let bad = [
        ("withdrawal_days", "61"),
        ("days_0", "7"),
        ("percent_0", "10"),
        ("days_1", "30"),
        ("percent_1", "20"),
    ];
    let refused = clerk.send(&sale.web, &policy, &bad).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.text.matches("field__error").count(), 2, "{}", refused.text);
    let good = [
        ("self_service", "1"),
        ("withdrawal_days", "0"),
        ("days_0", "1"),
        ("percent_0", "10"),
        ("amount_0", "5"),
    ];
    assert_eq!(leads_to(&clerk.send(&sale.web, &policy, &good).await), policy);
    let shown = sale.web.page(&sale.shop.host, "/events/concert").await.text;
    assert!(
        shown.contains("10 % of the price and"),
        "buyers read it before they buy"
    );

    sale.app.advance(SignedDuration::from_secs(1));
    let order = sale.buy(2).await;
    let page = sale.page(&order);
    let returns = format!("{page}/returns");
    assert!(sale.web.page(&sale.shop.host, &page).await.text.contains(&returns));
    let form = sale.web.page(&sale.shop.host, &returns).await;
    assert_eq!(form.status, 200);
    let back = PRICE - PRICE / 10 - 500;
    let offer = format!("{}:{back}", ticket(&order, 0));
    assert!(form.text.contains(&offer), "{}", form.text);
    let none = post(&sale.web, &sale.shop.host, &returns, &[("offer", &offer)]).await;
    assert_eq!(none.status, 422);
    let other = format!("{}:{PRICE}", ticket(&order, 0));
    let changed = [("ticket", ticket(&order, 0)), ("offer", other.as_str())];
    assert_eq!(
        post(&sale.web, &sale.shop.host, &returns, &changed).await.status,
        409,
        "another sum was shown"
    );
    let fields = [("ticket", ticket(&order, 0)), ("offer", offer.as_str())];
    assert_eq!(
        leads_to(&post(&sale.web, &sale.shop.host, &returns, &fields).await),
        page
    );
    assert_eq!(
        post(&sale.web, &sale.shop.host, &returns, &fields).await.status,
        409,
        "twice"
    );
    sale.web.run_jobs().await;
    let rows = Rows::read(&sale.app).await;
    assert_eq!((rows.valid, rows.void, rows.sold, rows.returned), (1, 1, 1, back));
    assert!(sale.web.page(&sale.shop.host, &page).await.text.contains("Given back"));
    let mails = sale.web.page(&sale.shop.host, "/dev/mail").await.text;
    assert_eq!(
        mails.matches("Tickets given back: Concert").count(),
        1,
        "one mail confirms it"
    );
    let foreign = format!("{page}x/returns");
    assert_eq!(post(&sale.web, &sale.shop.host, &foreign, &fields).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_an_event_off_pays_everybody_back_when_asked() {
    let sale = Sale::open(4).await;
    let order = sale.buy(2).await;
    sale.buy(1).await;
    let clerk = Clerk::owner(&sale.web, &sale.shop).await;
    let page = format!("/manage/events/{}", sale.event);
    let refunds = format!("{page}/refunds");
    let early = clerk.post(&sale.web, &refunds).await;
    assert!(early.headers["set-cookie"].to_str().unwrap().contains("flash-too-late"));
    assert_eq!(
        leads_to(&clerk.post(&sale.web, &format!("{page}/cancellation")).await),
        page
    );
    sale.web.run_jobs().await;
    assert_eq!(
        sale.order(&order).await["state"],
        "paid",
        "nobody asked for refunds yet"
    );
    assert!(
        clerk.page(&sale.web, &page).await.text.contains(&refunds),
        "they are offered"
    );
    leads_to(&clerk.post(&sale.web, &refunds).await);
    for _ in 0..3 {
        sale.web.run_jobs().await;
        sale.app.advance(SignedDuration::from_secs(1));
    }
    let rows = Rows::read(&sale.app).await;
    assert_eq!((rows.valid, rows.void, rows.sold, rows.returned), (0, 3, 0, 3 * PRICE));
    assert!(
        !clerk.page(&sale.web, &page).await.text.contains(&refunds),
        "nothing is left"
    );
}
