//! Wherever a price is printed it is the whole price: pages, pieces of pages, answers of the API, mails.

use bilten_kernel::ApiScopes;
use bilten_tests::{Shopkeeper, TestApp, Web};
use http::Method;
use serde_json::{Value, json};

use super::{charge, terms};

/// Price of the list, which nobody must see: 487.31.
const LIST: i64 = 48_731;
/// With a service fee of 10.00 and 2 %, and the platform's 3.00 and 2.5 % of everything passed on.
const ALL_IN: i64 = 52_314;

struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    event: String,
    ticket_type: String,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&nord, 4, LIST).await;
        Self {
            app,
            web,
            nord,
            event,
            ticket_type,
        }
    }

    async fn charge(&self) {
        charge(&self.app, self.nord.id, terms((1_000, 200), true), (300, 250)).await;
    }
}

/// Finds the price of the list in a text, however it is written.
fn tells_list_price(text: &str) -> bool {
    ["487.31", "487,31", "48731"].iter().any(|price| text.contains(price))
}

#[track_caller]
fn prints_all_in(name: &str, text: &str, quantity: i64) {
    let minor = ALL_IN * quantity;
    let (whole, rest) = (minor / 100, minor % 100);
    let whole_with_comma = format!("{},{:03}", whole / 1_000, whole % 1_000);
    let whole = if whole < 1_000 {
        whole.to_string()
    } else {
        whole_with_comma
    };
    assert!(!tells_list_price(text), "{name} tells a lower price: {text}");
    assert!(
        text.contains(&format!("{whole}.{rest:02}")),
        "{name} does not tell the price: {text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_surface_prints_a_lower_price_than_the_whole_one() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let before = web.page(host, "/events/concert").await.text;
    assert!(before.contains("487.31"), "{before}");
    town.charge().await;
    // The page in memory is made anew at once.
    for path in ["/", "/events/concert", "/events/concert/availability"] {
        prints_all_in(path, &web.page(host, path).await.text, 1);
    }
    let field = format!("qty_{}", town.ticket_type);
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "2")];
    let cart = web.form(host, "/events/concert/carts", &wish).await.leads_to();
    prints_all_in("cart", &web.page(host, &cart).await.text, 2);
    let buyer = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = web.form(host, &cart, &buyer).await.leads_to();
    let page = web.page(host, &pay).await.text;
    prints_all_in("payment", &page, 2);
    assert!(
        page.contains("incl. service fee") && page.contains("incl. VAT 25"),
        "{page}"
    );
    let sandbox = web.form(host, &pay, &[("method", "sandbox")]).await.leads_to();
    prints_all_in("provider", &web.page(host, &sandbox).await.text, 2);
    let back = web.form(host, &sandbox, &[("outcome", "pay")]).await.leads_to();
    let order = web.page(host, &back).await.location().to_owned();
    let page = web.page(host, &order).await.text;
    prints_all_in("order", &page, 2);
    assert!(page.contains("incl. VAT 25"), "{page}");
    web.run_jobs().await;
    let mails = web
        .state
        .mailbox
        .as_ref()
        .unwrap()
        .list(Some(town.nord.id))
        .await
        .unwrap();
    let mail = mails.into_iter().find(|mail| mail.to.name == "Ada").expect("a mail");
    prints_all_in("mail", &mail.text, 2);
    prints_all_in("mail with marks", &mail.html, 2);
    assert!(
        mail.text.contains("incl. VAT 25 %") && mail.text.contains("NO 987654321MVA"),
        "{}",
        mail.text
    );
    // The rest goes as well, and the waiting list opens.
    let wish = [("request_key", "fedcba9876543210"), (field.as_str(), "2")];
    web.form(host, "/events/concert/carts", &wish).await.leads_to();
    let list = web.page(host, "/events/concert/waiting-list").await;
    assert_eq!(list.status, 200, "{}", list.text);
    prints_all_in("waiting list", &list.text, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_are_told_the_whole_price_too() {
    let town = Town::open().await;
    let (web, nord) = (&town.web, &town.nord);
    town.charge().await;
    let get = async |path: &str| {
        let answer = web.call(nord, Method::GET, path, None).await;
        assert!(!tells_list_price(&answer.text), "{path}: {}", answer.text);
        answer.expect(200)
    };
    let event = get(&format!("/events/{}", town.event)).await;
    let ticket_type = &event["ticket_types"][0];
    assert_eq!(
        (&ticket_type["price_minor"], &ticket_type["price_now_minor"]),
        (&json!(ALL_IN), &json!(ALL_IN))
    );
    get("/events").await;
    let cart = web.hold(nord, &town.event, &town.ticket_type, 2).await;
    assert!(!tells_list_price(&cart.text), "{}", cart.text);
    let cart = cart.expect(201);
    assert_eq!(cart["items"][0]["unit_price_minor"], ALL_IN);
    let placed = web
        .check_out(nord, cart["id"].as_str().unwrap(), "0123456789abcdef")
        .await;
    assert!(!tells_list_price(&placed.text), "{}", placed.text);
    let orders: Value = get("/orders").await;
    let id = orders["data"][0]["id"].as_str().expect("an order").to_owned();
    let order = get(&format!("/orders/{id}")).await;
    let charges = &order["charges"];
    assert_eq!(order["total_minor"], 2 * ALL_IN);
    assert_eq!(charges["taxes"][0]["rate_bp"], 2_500);
    let tax = charges["taxes"][0]["amount_minor"].as_i64().unwrap();
    assert_eq!(charges["net_minor"].as_i64().unwrap() + tax, 2 * ALL_IN);
    assert_eq!(charges["service_fee_minor"], 2 * (ALL_IN - LIST));
    assert_eq!(charges["platform_fee_minor"], 2 * 1_608);
}
