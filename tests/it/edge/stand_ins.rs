//! The sandbox where it was switched off: no payment begins, free tickets go on.

use bilten_kernel::ApiScopes;
use bilten_tests::{TestApp, Web};
use http::Method;
use serde_json::json;

use super::Visitor;

#[tokio::test(flavor = "multi_thread")]
async fn a_public_site_gives_no_paid_ticket_through_the_sandbox_unless_it_is_allowed() {
    let app = TestApp::start().await;
    let public = ("BILTEN_BASE_DOMAIN", "tickets.example");
    let cases = [
        (vec![public], false),
        (vec![("BILTEN_SANDBOX", "off")], false),
        (vec![public, ("BILTEN_SANDBOX", "allow")], true),
        (vec![], true),
    ];
    for (number, (settings, paid)) in cases.into_iter().enumerate() {
        let web = Web::with_settings(&app, &settings);
        let slug = format!("shop{number}");
        let mut shop = web.open_shop(&app, &slug, ApiScopes::all()).await;
        shop.host = format!("{slug}.{}", web.state.config.http.base_domain);
        let (event, dear) = web.open_sale(&shop, 10, 20_000).await;
        let cart = web.hold(&shop, &event, &dear, 1).await.expect(201);
        let answer = web.check_out(&shop, cart["id"].as_str().unwrap(), "dear").await;
        if paid {
            answer.expect(200);
        } else {
            let problem = answer.expect_problem(422, "invalid_field");
            assert_eq!(problem["detail"], "There is no such payment method.", "{problem}");
        }
        // What costs nothing needs no provider.
        let (event, free) = web.open_sale(&shop, 10, 0).await;
        let cart = web.hold(&shop, &event, &free, 1).await.expect(201);
        let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
        let body = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" } });
        web.call_once(&shop, Method::POST, &path, Some(&body), Some("free"))
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_sandbox_is_switched_off_its_page_is_gone_and_the_checkout_offers_it_no_more() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 10, 20_000).await;
    let visitor = Visitor::at(&web, &shop, "192.0.2.1");
    let cart = visitor.fill_cart("concert", &ticket_type, 1).await.leads_to();
    let pay = visitor.give_details(&cart).await.leads_to();
    let off = Web::with_settings(&app, &[("BILTEN_SANDBOX", "off")]);
    let visitor_of_off = Visitor::at(&off, &shop, "192.0.2.1");
    assert_eq!(off.page(&shop.host, &pay).await.status, 422);
    assert_eq!(visitor_of_off.post(&pay, &[("method", "sandbox")]).await.0.status, 422);

    let hosted = visitor.post(&pay, &[("method", "sandbox")]).await.leads_to();
    assert!(hosted.contains("/sandbox/"), "{hosted}");
    let path = &hosted[hosted.find("/sandbox/").unwrap()..];
    assert_eq!(web.page(&shop.host, path).await.status, 200);
    assert_eq!(off.page(&shop.host, path).await.status, 404);
    assert_eq!(visitor_of_off.post(path, &[("outcome", "pay")]).await.0.status, 404);
}
