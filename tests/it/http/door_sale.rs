//! Selling for cash: at the door of the console, and by programs that may.

use bilten_kernel::{ApiScope, ApiScopes};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, TestApp, Web};
use http::Method;
use serde_json::{Value, json};

use super::visit::leads_to;

const PRICE: i64 = 25_000;

fn body() -> Value {
    json!({ "buyer": { "email": "ada@example.org", "name": "Ada" }, "payment": { "method": "cash" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_collects_the_money_and_lets_people_in() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, kind) = web.open_sale(&shop, 3, PRICE).await;
    let clerk = Clerk::hire(&app, (shop.id, &shop.host), Role::EventManager, None).await;
    let stranger = Clerk::hire(&app, (other.id, &other.host), Role::Owner, None).await;
    let volunteer = Clerk::hire(&app, (shop.id, &shop.host), Role::DoorStaff, None).await;
    let path = format!("/manage/events/{event}/door-sale");
    let field = format!("qty_{kind}");
    assert_eq!(web.look(&volunteer, &path).await.status, 403, "may scan, not sell");
    assert_eq!(web.look(&stranger, &path).await.status, 404);
    let page = web.look(&clerk, &path).await;
    assert!(page.status == 200 && page.text.contains(&field), "{}", page.text);
    for (typed, says) in [
        ("", "at least one"),
        ("4", "Only 3"),
        ("9", "from 1 to 4"),
        ("999", "So many"),
        ("two", "at least one"),
    ] {
        let refused = web.submit(&clerk, &path, &[(&field, typed)]).await;
        assert!(
            refused.status == 422 && refused.text.contains(says),
            "{typed}: {}",
            refused.text
        );
    }
    let choose = async |key: &str| {
        let fields = [(field.as_str(), "2"), ("request_key", key)];
        leads_to(&web.submit(&clerk, &path, &fields).await)
    };
    let cart = choose("0123456789abcdef").await;
    assert_eq!(choose("0123456789abcdef").await, cart, "sent twice it is one cart");
    assert_eq!(web.look(&stranger, &cart).await.status, 404);
    assert_eq!(web.submit(&stranger, &cart, &[("total", "0")]).await.status, 404);
    let page = web.look(&clerk, &cart).await.text;
    assert!(page.contains("NOK") || page.contains("500"), "{page}");
    let wrong = web
        .submit(&clerk, &cart, &[("email", "nonsense"), ("total", "50000")])
        .await;
    assert_eq!(wrong.status, 422);
    // The sum is not what the clerk saw: nothing is sold.
    assert_eq!(leads_to(&web.submit(&clerk, &cart, &[("total", "1")]).await), cart);
    let fields = [("total", "50000"), ("let_in", "1")];
    for _ in 0..2 {
        assert_eq!(leads_to(&web.submit(&clerk, &cart, &fields).await), path);
    }
    web.run_jobs().await;
    let orders = web.call(&shop, Method::GET, "/orders", None).await.expect(200);
    assert_eq!(orders["data"].as_array().unwrap().len(), 1, "sold once");
    assert_eq!(orders["data"][0]["total_minor"], json!(2 * PRICE));
    let mut admin = app.test_db.admin().await;
    let found: (i64, i64, i64, String) = sqlx::query_as(
        "select (select count(*) from bilten.check_ins), (select sum(amount_minor)::bigint from bilten.cash_payments),
                (select count(*) from bilten.orders where channel = 'door'),
                (select taken_by from bilten.cash_payments)",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!((found.0, found.1, found.2), (2, 2 * PRICE, 1));
    assert!(found.3.starts_with("staff:"), "{}", found.3);
    // The last place, given up again.
    let cart = leads_to(&web.submit(&clerk, &path, &[(&field, "1")]).await);
    let back = format!("{cart}/abandonment");
    assert_eq!(leads_to(&web.submit(&clerk, &back, &[]).await), path);
    assert_eq!(
        leads_to(&web.submit(&clerk, &cart, &[("total", "25000")]).await),
        path,
        "too late"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_is_handed_back_at_the_order() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, kind) = web.open_sale(&shop, 3, PRICE).await;
    let clerk = Clerk::hire(&app, (shop.id, &shop.host), Role::EventManager, None).await;
    let volunteer = Clerk::hire(&app, (shop.id, &shop.host), Role::DoorStaff, None).await;
    let cart = web.hold(&shop, &event, &kind, 1).await.expect(201);
    let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
    let order = web
        .call_once(&shop, Method::POST, &path, Some(&body()), Some("a"))
        .await
        .expect(200);
    let again = web
        .call_once(&shop, Method::POST, &path, Some(&body()), Some("a"))
        .await
        .expect(200);
    assert_eq!(again["id"], order["id"]);
    let page = format!("/manage/orders/{}", order["id"].as_str().unwrap());
    let hand_out = format!("{page}/hand-outs");
    assert!(
        !web.look(&clerk, &page).await.text.contains(&hand_out),
        "nothing is due"
    );
    leads_to(&web.submit(&clerk, &format!("{page}/cancellation"), &[]).await);
    web.run_jobs().await;
    assert!(web.look(&clerk, &page).await.text.contains(&hand_out));
    assert_eq!(web.submit(&volunteer, &hand_out, &[]).await.status, 403);
    assert_eq!(leads_to(&web.submit(&clerk, &hand_out, &[]).await), page);
    web.run_jobs().await;
    assert!(!web.look(&clerk, &page).await.text.contains(&hand_out), "handed out");
    let late = web.submit(&clerk, &hand_out, &[]).await;
    assert!(late.headers["set-cookie"].to_str().unwrap().contains("flash-too-late"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_keys_that_may_sell_for_cash() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let scopes = [ApiScope::EventsWrite, ApiScope::OrdersWrite, ApiScope::OrdersRead];
    let shop = web.open_shop(&app, "nord", scopes.into_iter().collect()).await;
    let (event, kind) = web.open_sale(&shop, 3, PRICE).await;
    let cart = web.hold(&shop, &event, &kind, 1).await.expect(201);
    let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
    let refused = web
        .call_once(&shop, Method::POST, &path, Some(&body()), Some("a"))
        .await;
    refused.expect_problem(403, "scope_missing");
}
