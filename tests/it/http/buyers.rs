//! What buyers meet on the pages (the numbers are those of docs/payment-failures.md).

use bilten_kernel::ApiScopes;
use bilten_tests::{TestApp, Web};
use http::Method;

use super::visit::{Rows, Visitor, leads_to, post};

/// 9: no page of the shop knows its buyer by a cookie, so none can be lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_without_cookies_reaches_cart_and_order_by_their_signed_links() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let other = web.open_shop(&app, "sor", ApiScopes::all()).await;
    let (_, ticket_type) = web.open_sale(&shop, 5, 25_000).await;
    let field = format!("qty_{ticket_type}");
    let chosen = post(&web, &shop.host, "/events/concert/carts", &[(&field, "2")]).await;
    assert!(!chosen.headers.contains_key("set-cookie"), "{:?}", chosen.headers);
    let cart = leads_to(&chosen);
    let details = [("email", "ada@example.org"), ("name", "Ada Lovelace")];
    let saved = post(&web, &shop.host, &cart, &details).await;
    assert!(!saved.headers.contains_key("set-cookie"), "{:?}", saved.headers);
    let pay = leads_to(&saved);
    // Every request from here on is that of another browser: none of them carries a cookie.
    let page = web.page(&shop.host, &cart).await;
    assert!(
        page.status == 200 && page.text.contains("ada@example.org") && page.text.contains("Ada Lovelace"),
        "{}",
        page.text
    );
    assert_eq!(web.page(&shop.host, &pay).await.status, 200);
    let sandbox = leads_to(&post(&web, &shop.host, &pay, &[("method", "sandbox")]).await);
    let back = leads_to(&post(&web, &shop.host, &sandbox, &[("outcome", "pay")]).await);
    let order = leads_to(&web.page(&shop.host, &back).await);
    for way in [&order, &leads_to(&web.page(&shop.host, &cart).await)] {
        let page = web.page(&shop.host, way).await;
        assert!(page.text.contains(&format!("{order}/tickets/2.svg")), "{}", page.text);
    }
    // The link is the key: no letter of it may differ, and it opens one shop's door only.
    for link in [&cart, &pay, &back, &order] {
        let (head, token) = link.trim_start_matches('/').split_once('/').unwrap();
        let (token, tail) = token.split_once('/').unwrap_or((token, ""));
        for at in [0, token.len() / 2, token.len() - 1] {
            let mut letters = token.as_bytes().to_vec();
            letters[at] = if letters[at] == b'a' { b'b' } else { b'a' };
            let forged = String::from_utf8(letters).unwrap();
            let forged = format!("/{head}/{forged}/{tail}");
            let forged = forged.trim_end_matches('/');
            assert_eq!(web.page(&shop.host, forged).await.status, 404, "{forged}");
        }
        assert_eq!(web.page(&other.host, link).await.status, 404, "{link}");
    }
}

/// 13
#[tokio::test(flavor = "multi_thread")]
async fn who_wants_four_when_three_are_left_is_offered_three_and_gets_none_unasked() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 5, 25_000).await;
    let field = format!("qty_{ticket_type}");
    let want = async |quantity| post(&web, &shop.host, "/events/concert/carts", &[(&field, quantity)]).await;
    Visitor::at_the_provider(&web, &shop, &ticket_type, 2)
        .await
        .choose(&web, &shop, "pay")
        .await;
    let before = Rows::read(&app).await;

    let short = want("4").await;
    assert_eq!(short.status, 409, "{}", short.text);
    assert!(short.text.contains("Only 3 left"), "{}", short.text);
    assert!(
        short.text.contains("value=\"3\" min=\"0\" max=\"3\""),
        "the form offers what there is: {}",
        short.text
    );
    let by_api = web.hold(&shop, &event, &ticket_type, 4).await;
    let by_api = by_api.expect_problem(409, "sold_out");
    assert_eq!(by_api["asked"], 4);
    assert_eq!(
        (&by_api["left"], &by_api["ticket_type_id"]),
        (&3.into(), &ticket_type.as_str().into())
    );
    assert_eq!(Rows::read(&app).await, before, "nothing is held unasked");

    let cart = leads_to(&want("3").await);
    let screen = web.page(&shop.host, &cart).await;
    assert_eq!(screen.status, 200);
    let seen = web
        .call(&shop, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    assert_eq!(seen["ticket_types"][0]["left"], 0);
    let late = want("1").await;
    assert_eq!(late.status, 409);
    assert!(!late.text.contains("Only"), "{}", late.text);
}
