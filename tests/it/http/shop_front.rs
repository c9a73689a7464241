//! A purchase on the pages of a shop, without script, and what wrong turns lead to.

use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, Shopkeeper, TestApp, Web};

/// Sends a form as a browser does.
pub(super) async fn post(web: &Web, shop: &Shopkeeper, path: &str, fields: &[(&str, &str)]) -> Answer {
    web.form(&shop.host, path, fields).await
}

/// Returns where an answer leads.
#[track_caller]
pub(super) fn leads_to(answer: &Answer) -> String {
    answer.leads_to()
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_bought_by_forms_alone() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 20, 25_000).await;
    let field = format!("qty_{ticket_type}");
    let home = web.page(&shop.host, "/").await;
    assert!(
        home.status == 200 && home.text.contains("/events/concert"),
        "{}",
        home.text
    );
    assert!(!web.page(&other.host, "/").await.text.contains("concert"));
    let page = web.page(&shop.host, "/events/concert").await;
    assert!(page.text.contains(&field), "{}", page.text);

    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "2")];
    let cart = leads_to(&post(&web, &shop, "/events/concert/carts", &wish).await);
    let twice = leads_to(&post(&web, &shop, "/events/concert/carts", &wish).await);
    assert_eq!(cart, twice, "a form sent twice makes one cart");
    assert_eq!(web.page(&other.host, &cart).await.status, 404, "another shop's cart");

    let wrong = post(&web, &shop, &cart, &[("email", "ada@"), ("name", "Ada")]).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains("ada@") && wrong.text.contains("value=\"Ada\""),
        "{}",
        wrong.text
    );
    let details = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = leads_to(&post(&web, &shop, &cart, &details).await);
    assert!(
        web.page(&shop.host, &cart).await.text.contains("ada@example.org"),
        "going back loses nothing"
    );
    assert_eq!(web.page(&shop.host, &pay).await.status, 200);
    let sandbox = leads_to(&post(&web, &shop, &pay, &[("method", "sandbox")]).await);
    let again = leads_to(&post(&web, &shop, &pay, &[("method", "sandbox")]).await);
    assert_eq!(sandbox, again, "paying twice leads to the same payment");
    let back = leads_to(&post(&web, &shop, &sandbox, &[("outcome", "pay")]).await);
    let order = leads_to(&web.page(&shop.host, &back).await);

    let page = web.page(&shop.host, &order).await;
    assert!(page.text.contains(&format!("{order}/tickets/2.svg")), "{}", page.text);
    assert_eq!(page.headers["cache-control"], "no-store");
    for (path, status) in [
        (format!("{order}/tickets"), 200),
        (format!("{order}/tickets/1.svg"), 200),
        (format!("{order}/tickets/2.png"), 200),
        (format!("{order}/tickets/3.png"), 404),
        (format!("{order}/tickets/0.svg"), 404),
        (format!("{order}/tickets/1.exe"), 404),
        (format!("{}x", &order[..order.len() - 1]), 404),
    ] {
        assert_eq!(web.page(&shop.host, &path).await.status, status, "{path}");
    }
    assert_eq!(web.page(&other.host, &order).await.status, 404, "another shop's order");
    assert_eq!(
        leads_to(&web.page(&shop.host, &cart).await),
        order,
        "a bought cart leads to its order"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_that_cannot_be_had_is_shown_again_with_the_reason() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 3, 25_000).await;
    let field = format!("qty_{ticket_type}");
    for odd in ["0", "-1", "1.5", "99999999999", "two", "5"] {
        let answer = post(&web, &shop, "/events/concert/carts", &[(&field, odd)]).await;
        assert_eq!(answer.status, 422, "{odd}");
    }
    assert_eq!(post(&web, &shop, "/events/concert/carts", &[]).await.status, 422);
    assert_eq!(
        post(&web, &shop, "/events/unknown/carts", &[(&field, "1")])
            .await
            .status,
        404
    );
    web.hold(&shop, &event, &ticket_type, 2).await.expect(201);
    let short = post(&web, &shop, "/events/concert/carts", &[(&field, "2")]).await;
    assert_eq!(short.status, 409);
    let cart = leads_to(&post(&web, &shop, "/events/concert/carts", &[(&field, "1")]).await);
    assert_eq!(
        leads_to(&post(&web, &shop, &format!("{cart}/abandon"), &[]).await),
        "/events/concert"
    );
    assert_eq!(web.page(&shop.host, &cart).await.status, 410);
    let again = leads_to(&post(&web, &shop, "/events/concert/carts", &[(&field, "1")]).await);
    assert_ne!(again, cart);
    app.advance(bilten_core::inventory::HOLD_TTL);
    assert_eq!(web.page(&shop.host, &again).await.status, 410, "its time is over");
    let late = post(&web, &shop, &again, &[("email", "ada@example.org"), ("name", "Ada")]).await;
    assert_eq!(leads_to(&late), again);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_development_mailbox_exists_on_localhost_alone() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    assert_eq!(web.page(&shop.host, "/dev/mail").await.status, 200);
    assert_eq!(web.page("platform.localhost", "/dev/mail").await.status, 200);
    assert_eq!(web.page(&shop.host, "/dev/mail/..%2Fsecrets").await.status, 404);
    // Whoever reaches the listener may send any host.
    for listen in ["0.0.0.0:8080", "[::]:8080", "192.0.2.7:8080"] {
        let open = Web::with_settings(&app, &[("BILTEN_LISTEN", listen)]);
        for host in [shop.host.as_str(), "platform.localhost"] {
            for path in ["/dev/mail", "/dev/mail/x", "/dev/mail/x/html"] {
                assert_eq!(open.page(host, path).await.status, 404, "{listen} {host}{path}");
            }
        }
    }
    let public = Web::with_settings(&app, &[("BILTEN_BASE_DOMAIN", "tickets.example")]);
    assert_eq!(public.page(&shop.host, "/dev/mail").await.status, 404);
    assert_eq!(public.page("platform.tickets.example", "/dev/mail").await.status, 404);
}
