//! Strangers who send without end.

use bilten_kernel::ApiScopes;
use bilten_tests::{TestApp, Web};
use jiff::SignedDuration;

use super::Visitor;

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_sends_forms_without_end_is_told_to_wait_and_its_neighbours_are_not() {
    let app = TestApp::start().await;
    let web = Web::with_settings(
        &app,
        &[("BILTEN_FORM_BURST", "3"), ("BILTEN_TRUSTED_PROXIES", "10.0.0.1")],
    );
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 100, 20_000).await;
    let (_, elsewhere) = web.open_sale(&other, 100, 20_000).await;
    let visitor = Visitor::at(&web, &shop, "192.0.2.1");
    for _ in 0..3 {
        visitor.fill_cart("concert", &ticket_type, 1).await.leads_to();
    }
    let refused = visitor.fill_cart("concert", &ticket_type, 1).await.0;
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(refused.text.contains("nord shop"), "in the shop's own look");
    // Looking, the API with its key, another network and another shop go on.
    assert_eq!(web.page(&shop.host, "/events/concert").await.status, 200);
    web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
    let neighbour = Visitor::at(&web, &shop, "192.0.2.2");
    neighbour.fill_cart("concert", &ticket_type, 1).await.leads_to();
    let abroad = Visitor::at(&web, &other, "192.0.2.1");
    abroad.fill_cart("concert", &elsewhere, 1).await.leads_to();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_for_visitors_are_shed_early_and_neither_door_nor_health_is() {
    let app = TestApp::start().await;
    let web = Web::with_settings(&app, &[("BILTEN_PAGES_AT_ONCE", "1")]);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 100, 0).await;
    let place = web.state.visitors.enter().unwrap();
    let shed = web.page(&shop.host, "/").await;
    assert_eq!(shed.status, 503);
    assert_eq!(shed.headers["retry-after"], "1");
    assert_eq!(web.page(&shop.host, "/livez").await.status, 200);
    assert_eq!(web.page(&shop.host, "/manage/login").await.status, 200);
    web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
    let scan = serde_json::json!({ "code": "nonsense", "gate": "A" });
    let scanned = web.call(&shop, http::Method::POST, "/check-ins", Some(&scan)).await;
    assert_ne!(scanned.status, 503, "{}", scanned.text);
    drop(place);
    assert_eq!(web.page(&shop.host, "/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orders_tickets_are_sent_again_three_times_an_hour() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 10, 0).await;
    let visitor = Visitor::at(&web, &shop, "192.0.2.1");
    let cart = visitor.fill_cart("concert", &ticket_type, 1).await.leads_to();
    let pay = visitor.give_details(&cart).await.leads_to();
    let order = visitor.post(&pay, &[]).await.leads_to();
    let again = format!("{order}/resends");
    for _ in 0..3 {
        visitor.post(&again, &[]).await.leads_to();
        web.run_jobs().await;
    }
    let refused = visitor.post(&again, &[]).await.0;
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(refused.headers.contains_key("retry-after"));
    let mut admin = app.test_db.admin().await;
    let kept: (i64, i64) = sqlx::query_as(
        "select (select count(*) from bilten.audit_entries where action = 'order.resent'),
                (select count(*) from bilten.jobs where kind = 'mail.order_resend')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(kept, (3, 3));
    app.advance(SignedDuration::from_mins(61));
    visitor.post(&again, &[]).await.leads_to();
}
