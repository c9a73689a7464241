//! Calling off, at the console: an order, and an event while people are buying.

use bilten_kernel::ApiScopes;
use bilten_sso::accounts::{self, NewAccount};
use bilten_tenancy::permissions::{self, Role};
use bilten_tests::{Shopkeeper, TestApp, Web, web::PASSWORD};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::visit::{Clerk, Rows, Visitor, leads_to, post};

const PRICE: i64 = 25_000;

/// Buys two tickets by API; returns the order.
async fn buy(web: &Web, shop: &Shopkeeper, event: &str, ticket_type: &str) -> Value {
    let cart = web.hold(shop, event, ticket_type, 2).await.expect(201);
    let cart = cart["id"].as_str().unwrap();
    web.check_out(shop, cart, cart).await.expect(200)
}

fn cancellation(order: &Value) -> String {
    format!("/manage/orders/{}/cancellation", order["id"].as_str().unwrap())
}

async fn left(web: &Web, shop: &Shopkeeper, event: &str) -> Value {
    let seen = web.call(shop, Method::GET, &format!("/events/{event}"), None).await;
    seen.expect(200)["ticket_types"][0]["left"].clone()
}

fn refunded() -> Rows {
    Rows {
        orders: vec!["refunded".to_owned()],
        valid: 0,
        void: 2,
        held: 0,
        sold: 0,
        taken: 2 * PRICE,
        returned: 2 * PRICE,
        refunds: 1,
        webhooks: 0,
        facts: 1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_called_off_gives_back_places_and_money_once() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 2, PRICE).await;
    let order = buy(&web, &shop, &event, &ticket_type).await;
    web.hold(&shop, &event, &ticket_type, 1)
        .await
        .expect_problem(409, "sold_out");
    let clerk = Clerk::owner(&web, &shop).await;
    let path = cancellation(&order);
    let page = format!("/manage/orders/{}", order["id"].as_str().unwrap());
    assert!(clerk.page(&web, &page).await.text.contains(&path), "the page offers it");

    assert_eq!(leads_to(&clerk.post(&web, &path).await), page);
    assert_eq!(left(&web, &shop, &event).await, 2, "the places are on sale at once");
    web.run_jobs().await;
    assert_eq!(Rows::read(&app).await, refunded());
    let seen = clerk.page(&web, &page).await;
    assert!(
        seen.status == 200 && !seen.text.contains(&path),
        "it is not offered again"
    );
    let scan = json!({ "code": order["tickets"][0]["code"] });
    web.call(&shop, Method::POST, "/check-ins", Some(&scan))
        .await
        .expect_problem(409, "ticket_void");

    let again = clerk.post(&web, &path).await;
    assert_eq!(leads_to(&again), page, "a second click changes nothing and says so");
    let says = again.headers["set-cookie"].to_str().unwrap();
    assert!(says.contains("flash-too-late"), "{says}");
    web.run_jobs().await;
    assert_eq!(Rows::read(&app).await, refunded());
    buy(&web, &shop, &event, &ticket_type).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clerks_who_call_an_order_off_at_the_same_moment_refund_it_once() {
    let app = TestApp::start_with(8).await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 5, PRICE).await;
    let order = buy(&web, &shop, &event, &ticket_type).await;
    let (one, other) = (Clerk::owner(&web, &shop).await, Clerk::owner(&web, &shop).await);
    let path = cancellation(&order);
    let (a, b, c, d, _) = tokio::join!(
        one.post(&web, &path),
        other.post(&web, &path),
        one.post(&web, &path),
        other.post(&web, &path),
        web.run_jobs(),
    );
    let says = |answer: &bilten_tests::Answer| {
        leads_to(answer);
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        cookie.contains("flash-order-cancelled")
    };
    assert_eq!(
        [&a, &b, &c, &d]
            .map(says)
            .into_iter()
            .filter(|is_done| *is_done)
            .count(),
        1
    );
    web.run_jobs().await;
    assert_eq!(Rows::read(&app).await, refunded());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_called_off_by_those_alone_who_may() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 5, PRICE).await;
    let order = buy(&web, &shop, &event, &ticket_type).await;
    let path = cancellation(&order);
    let before = Rows::read(&app).await;

    let stranger = Clerk::owner(&web, &other).await;
    assert_eq!(
        stranger.post(&web, &path).await.status,
        404,
        "another shop's order does not exist"
    );
    let owner = Clerk::owner(&web, &shop).await;
    for csrf in ["", "x"] {
        assert_eq!(owner.post_with(&web, &path, csrf).await.status, 403);
    }
    let visitor = post(&web, &shop.host, &path, &[]).await;
    assert!(leads_to(&visitor).starts_with("/manage/login"));
    hire(&app, &web, &shop, "door@nord.test", Role::DoorStaff).await;
    let door = Clerk::log_in(&web, &shop.host, "door@nord.test", "/manage/check-in").await;
    assert_eq!(
        door.post(&web, &path).await.status,
        404,
        "who may not see orders sees none"
    );
    for odd in ["ord_0", "x", event.as_str()] {
        let odd = format!("/manage/orders/{odd}/cancellation");
        assert_eq!(owner.post(&web, &odd).await.status, 404, "{odd}");
    }
    web.run_jobs().await;
    assert_eq!(Rows::read(&app).await, before);
}

async fn hire(app: &TestApp, web: &Web, shop: &Shopkeeper, email: &str, role: Role) {
    let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
    let password = PASSWORD.parse().unwrap();
    let new = NewAccount {
        email: email.parse().unwrap(),
        name: "Staff".parse().unwrap(),
        password_hash: web.state.passwords.hash(&password, ctx.random()).await,
    };
    let mut tx = web.state.db.begin(&ctx).await.unwrap();
    let account = accounts::create(&mut tx, &ctx, &new).await.unwrap();
    permissions::assign(&mut tx, &ctx, account, role, None).await.unwrap();
    tx.commit().await.unwrap();
}

/// 15, at the pages: whoever is anywhere between the cart and the door when the event is called off.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_called_off_mid_checkout_takes_nobodys_money() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 20, PRICE).await;
    let field = format!("qty_{ticket_type}");
    let host = shop.host.as_str();
    let details = [("email", "ada@example.org"), ("name", "Ada")];
    let choose = async || leads_to(&post(&web, host, "/events/concert/carts", &[(&field, "1")]).await);

    let with_cart = choose().await;
    let with_details = choose().await;
    let pay = leads_to(&post(&web, host, &with_details, &details).await);
    let at_provider = Visitor::at_the_provider(&web, &shop, &ticket_type, 1).await;
    let challenged = Visitor::at_the_provider(&web, &shop, &ticket_type, 1).await;
    let asked = post(&web, host, &challenged.sandbox, &[("outcome", "challenge")]).await;
    assert_eq!(asked.status, 200);
    let has_paid = Visitor::at_the_provider(&web, &shop, &ticket_type, 1).await;
    let back = has_paid.choose(&web, &shop, "pay").await;
    let slow = Visitor::at_the_provider(&web, &shop, &ticket_type, 1).await;
    let slow_back = slow.choose(&web, &shop, "later").await;
    leads_to(&web.page(host, &slow_back).await);

    let clerk = Clerk::owner(&web, &shop).await;
    let path = format!("/manage/events/{event}/cancellation");
    assert_eq!(
        leads_to(&clerk.post(&web, &path).await),
        format!("/manage/events/{event}")
    );

    // Before any job ran: nothing more is begun.
    assert_eq!(
        post(&web, host, "/events/concert/carts", &[(&field, "1")]).await.status,
        409
    );
    for screen in [&with_cart, &with_details, &pay] {
        assert_eq!(web.page(host, screen).await.status, 410, "{screen}");
    }
    assert_eq!(leads_to(&post(&web, host, &pay, &[("method", "sandbox")]).await), pay);
    // Whoever had paid already gets his money back, and no ticket.
    let order = leads_to(&web.page(host, &back).await);
    let page = web.page(host, &order).await;
    assert!(
        page.status == 200 && !page.text.contains("tickets/1.svg"),
        "{}",
        page.text
    );

    web.run_jobs().await;
    for late in [&at_provider, &challenged] {
        for outcome in ["pay", "confirm"] {
            post(&web, host, &late.sandbox, &[("outcome", outcome)]).await;
        }
        for screen in [&late.cart, &late.pay] {
            // A payment was begun, so the order tells how it ended.
            let page = web.page(host, &leads_to(&web.page(host, screen).await)).await;
            assert!(page.status == 200 && page.text.contains("cancelled"), "{}", page.text);
        }
    }
    for _ in 0..4 {
        app.advance(SignedDuration::from_mins(10));
        web.run_jobs().await;
    }
    let rows = Rows::read(&app).await;
    assert_eq!((rows.valid, rows.void, rows.held, rows.sold), (0, 0, 0, 0), "{rows:?}");
    assert_eq!(
        (rows.taken, rows.returned, rows.refunds, rows.facts),
        (2 * PRICE, 2 * PRICE, 2, 0),
        "only he who had paid and he whose money was on its way were charged: {rows:?}"
    );
    let mut states = rows.orders.clone();
    states.sort_unstable();
    assert_eq!(
        states,
        ["cancelled", "cancelled", "quoted", "refunded", "refunded"],
        "{rows:?}"
    );
}
