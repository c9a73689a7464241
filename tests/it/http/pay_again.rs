//! Payments that are cut off, that do not reach the provider, or that fail too often: what their buyers can do.

use std::time::Duration;

use bilten_kernel::ApiScopes;
use bilten_tests::{Shopkeeper, TestApp, Web, db::run};

use super::shop_front::{leads_to, post};

const SANDBOX: [(&str, &str); 1] = [("method", "sandbox")];

/// Opens a shop and goes to the second screen of the checkout; returns the screen's path.
async fn at_the_till(app: &TestApp) -> (Web, Shopkeeper, String) {
    let web = Web::new(app);
    let shop = web.open_shop(app, "nord", ApiScopes::all()).await;
    web.open_shop(app, "sor", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 2, 25_000).await;
    let field = format!("qty_{ticket_type}");
    let cart = leads_to(&post(&web, &shop, "/events/concert/carts", &[(&field, "2")]).await);
    let details = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = leads_to(&post(&web, &shop, &cart, &details).await);
    (web, shop, pay)
}

async fn count(app: &TestApp, query: &'static str) -> i64 {
    let mut admin = app.test_db.admin().await;
    sqlx::query_scalar(query).fetch_one(&mut admin).await.unwrap()
}

/// 107
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_goes_on_when_its_buyer_is_cut_off() {
    let app = TestApp::start().await;
    let (web, shop, pay) = at_the_till(&app).await;
    let mut admin = app.test_db.admin().await;
    run(&mut admin, "begin; lock table bilten.sandbox_payments").await;
    tokio::select! {
        answer = post(&web, &shop, &pay, &SANDBOX) => panic!("the provider answered: {}", answer.text),
        () = app.test_db.wait_until_blocked(1) => {}
    }
    run(&mut admin, "commit").await;
    let sent = "select count(*) from bilten.payment_attempts where state = 'action_required'";
    let finished = async {
        while count(&app, sent).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), finished)
        .await
        .expect("the payment is sent without its buyer");
    let order = leads_to(&web.page(&shop.host, &pay).await);
    let page = web.page(&shop.host, &order).await;
    assert!(
        page.text.contains("data-order-state=\"action_needed\""),
        "{}",
        page.text
    );
}

/// 108: the process died, or the provider could not be reached, after everything was written and before anything was sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_was_not_sent_is_sent_from_the_orders_page_without_script() {
    let app = TestApp::start().await;
    let (web, shop, pay) = at_the_till(&app).await;
    let mut admin = app.test_db.admin().await;
    run(
        &mut admin,
        "alter table bilten.sandbox_payments add constraint broken check (false) not valid",
    )
    .await;
    let order = leads_to(&post(&web, &shop, &pay, &SANDBOX).await);
    run(&mut admin, "alter table bilten.sandbox_payments drop constraint broken").await;
    assert_eq!(
        web.page(&shop.host, &pay).await.status,
        200,
        "the form can be sent again"
    );
    let page = web.page(&shop.host, &order).await;
    assert!(page.text.contains("data-order-state=\"pay_now\""), "{}", page.text);
    assert!(
        page.text.contains(&format!("<form action=\"{pay}\" method=\"post\">")),
        "{}",
        page.text
    );
    let sandbox = leads_to(&post(&web, &shop, &pay, &[]).await);
    assert!(sandbox.starts_with("/sandbox/"), "{sandbox}");
    let back = leads_to(&post(&web, &shop, &sandbox, &[("outcome", "pay")]).await);
    assert_eq!(leads_to(&web.page(&shop.host, &back).await), order);
    let page = web.page(&shop.host, &order).await;
    assert!(page.text.contains("data-order-state=\"paid\""), "{}", page.text);
    assert_eq!(count(&app, "select count(*) from bilten.sandbox_payments").await, 1);
}

/// 104
#[tokio::test(flavor = "multi_thread")]
async fn after_the_last_try_the_buyer_is_told_that_his_tickets_went_back() {
    let app = TestApp::start().await;
    let (web, shop, pay) = at_the_till(&app).await;
    let mut last = String::new();
    for number in 1..=5 {
        let sandbox = leads_to(&post(&web, &shop, &pay, &SANDBOX).await);
        let back = leads_to(&post(&web, &shop, &sandbox, &[("outcome", "decline")]).await);
        last = leads_to(&web.page(&shop.host, &back).await);
        assert_eq!(last == pay, number < 5, "try {number} leads to {last}");
    }
    let page = web.page(&shop.host, &last).await;
    assert!(page.text.contains("data-order-state=\"exhausted\""), "{}", page.text);
    assert!(page.text.contains("href=\"/events/concert\""), "{}", page.text);
    assert_eq!(leads_to(&web.page(&shop.host, &pay).await), last);
    assert_eq!(leads_to(&post(&web, &shop, &pay, &SANDBOX).await), last);
    assert_eq!(
        count(&app, "select sum(held)::bigint from bilten.capacity_pools").await,
        0
    );
}
