//! A suspended shop sells nothing, by page and by API, and keeps its promises to those who have bought.

use bilten_kernel::ApiScopes;
use bilten_tenancy::lifecycle;
use bilten_tests::{Answer, TestApp, Web, get_page, web::PASSWORD};
use http::Method;
use serde_json::json;

fn assert_closed(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 403, "{what}: {}", answer.text);
    let text = &answer.text;
    assert!(text.contains("closed for now"), "{what} says that it is closed: {text}");
    assert!(
        text.contains("nord shop") && text.contains("/assets/theme-"),
        "{what} has the shop's name and look: {text}"
    );
    assert!(
        !text.contains("qty_") && !text.contains("<form"),
        "{what} sells: {text}"
    );
    assert!(!text.to_lowercase().contains("bilten"), "{what} names the platform");
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn a_suspended_shop_is_closed_but_its_door_and_exports_go_on() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 10_000).await;
    web.open_sale(&other, 10, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let order = web
        .check_out(&shop, cart["id"].as_str().unwrap(), "k")
        .await
        .expect(200);
    let open_cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let open_cart = open_cart["id"].as_str().unwrap();
    let checkout = format!(
        "/checkout/{}",
        web.state.links.cart(shop.id, open_cart.parse().unwrap())
    );
    let buyer = [("email", "eva@example.org"), ("name", "Eva")];
    let pay = web.form(&shop.host, &checkout, &buyer).await.leads_to();
    let typed = [("email", "owner@nord.test"), ("password", PASSWORD)];
    let owner = web.form(&shop.host, "/manage/login", &typed).await.session();
    let owner = owner.expect("the owner logs in");
    let ctx = app.ctx(&app.alfa);
    lifecycle::suspend(&web.state.platform, &ctx, shop.id, "unpaid")
        .await
        .unwrap();
    web.state.directory.forget_all();

    let wish = [("request_key", "0123456789abcdef"), (&format!("qty_{standing}"), "1")];
    for path in ["/", "/events/concert", &checkout, &pay] {
        assert_closed(&web.page(&shop.host, path).await, path);
    }
    assert_closed(
        &web.form(&shop.host, "/events/concert/carts", &wish).await,
        "a selection",
    );
    assert_closed(&web.form(&shop.host, &checkout, &buyer).await, "the buyer's details");
    assert_closed(&web.form(&shop.host, &pay, &[("method", "sandbox")]).await, "paying");
    for refused in [
        web.hold(&shop, &event, &standing, 1).await,
        web.check_out(&shop, open_cart, "k2").await,
        web.call(&shop, Method::POST, &format!("/events/{event}/publish"), None)
            .await,
    ] {
        refused.expect_problem(403, "tenant_suspended");
    }
    assert_eq!(
        web.page(&other.host, "/events/concert").await.status,
        200,
        "a neighbour sells"
    );

    web.call(&shop, Method::GET, "/orders", None).await.expect(200);
    let link = format!(
        "/orders/{}",
        web.state
            .links
            .order(shop.id, order["id"].as_str().unwrap().parse().unwrap())
    );
    assert_eq!(
        web.page(&shop.host, &link).await.status,
        200,
        "who has bought sees his order"
    );
    let door = format!("/manage/events/{event}/check-in");
    let page = web.send(get_page(&shop.host, &door, Some(&owner))).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let scan = json!({ "code": order["tickets"][0]["code"] });
    web.call(&shop, Method::POST, "/check-ins", Some(&scan))
        .await
        .expect(200);
    let list = format!("/manage/events/{event}/attendees.csv");
    let list = web.send(get_page(&shop.host, &list, Some(&owner))).await;
    assert_eq!(list.status, 200, "{}", list.text);
    assert!(list.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(list.text.contains("ada@example.org"), "{}", list.text);
    assert_eq!(
        web.page(&shop.host, "/manage/login").await.status,
        200,
        "the console asks for a log-in"
    );
    let seen = web
        .call(&shop, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    let counted = &seen["ticket_types"][0];
    assert_eq!(
        (&counted["held"], &counted["sold"]),
        (&json!(1), &json!(1)),
        "nothing was sold"
    );

    lifecycle::resume(&web.state.platform, &ctx, shop.id).await.unwrap();
    web.state.directory.forget_all();
    web.hold(&shop, &event, &standing, 1).await.expect(201);
    assert_eq!(web.page(&shop.host, "/").await.status, 200);
}
