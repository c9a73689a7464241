//! What organizers and buyers see of gift cards.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use http::Method;

/// The code between the only tags that show one.
fn code_in(page: &str) -> Option<String> {
    let after = page.split("<code>").nth(1)?;
    after.split("</code>").next().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_made_once_and_pays_a_part_of_an_order_at_the_checkout() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sud = web.open_shop(&app, "sud", ApiScopes::all()).await;
    web.open_sale(&nord, 20, 20_000).await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    let other = Clerk::hire(&app, (sud.id, &sud.host), Role::Owner, None).await;
    let odd = [("amount", "-3"), ("origin", "sold"), ("expires", "yesterday")];
    let refused = web.submit(&owner, "/manage/gift-cards", &odd).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(code_in(&refused.text).is_none());
    let wish = [
        ("amount", "120"),
        ("origin", "given"),
        ("expires", ""),
        ("note", "For <Ada>"),
        ("request_key", "0123456789abcdef0123456789abcdef"),
    ];
    let made = web.submit(&owner, "/manage/gift-cards", &wish).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let code = code_in(&made.text).expect("its code is shown");
    let again = web.submit(&owner, "/manage/gift-cards", &wish).await;
    assert_eq!(again.status, 303, "{}", again.text);
    let listed = web.look(&owner, "/manage/gift-cards").await.text;
    assert!(code_in(&listed).is_none(), "{listed}");
    assert_eq!(listed.matches("For &lt;Ada&gt;").count(), 1, "{listed}");
    assert!(!web.look(&other, "/manage/gift-cards").await.text.contains("Ada"));
    let pay = choose(&web, &nord, &code).await;
    assert_told_everywhere(&web, &nord, (&owner, &pay)).await;
}

/// Puts a ticket of 200.00 into a cart and uses the card; returns the way to the second screen.
async fn choose(web: &Web, nord: &Shopkeeper, code: &str) -> String {
    let host = nord.host.as_str();
    let listed = web.call(nord, Method::GET, "/events", None).await.expect(200);
    let event = listed["data"][0]["id"].as_str().unwrap().to_owned();
    let event = web
        .call(nord, Method::GET, &format!("/events/{event}"), None)
        .await
        .expect(200);
    let quantity = format!("qty_{}", event["ticket_types"][0]["id"].as_str().unwrap());
    let wish = [("request_key", "0123456789abcdef"), (quantity.as_str(), "1")];
    let cart = web.form(host, "/events/concert/carts", &wish).await.leads_to();
    let buyer = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = web.form(host, &cart, &buyer).await.leads_to();
    let page = web.page(host, &pay).await.text;
    assert!(page.contains("Pay with a gift card"), "{page}");
    let card = format!("{cart}/gift-card");
    web.form(host, &card, &[("code", "000000-000000-0000ZZ")])
        .await
        .leads_to();
    let page = web.page(host, &pay).await.text;
    assert!(!page.contains("Paid by gift card"), "{page}");
    let typed = code.to_lowercase().replace('-', " ");
    web.form(host, &card, &[("code", &typed)]).await.leads_to();
    let page = web.page(host, &pay).await.text;
    assert!(
        page.contains("Paid by gift card") && page.contains("name=\"to_pay\" value=\"8000\""),
        "{page}"
    );
    assert!(!page.contains(code), "the code is not shown again");
    // Somebody who has the page from before is told; nothing is paid.
    let unaware = [("method", "sandbox"), ("to_pay", "20000")];
    assert_eq!(web.form(host, &pay, &unaware).await.leads_to(), pay);
    web.form(host, &card, &[("forget", "1")]).await.leads_to();
    assert!(!web.page(host, &pay).await.text.contains("Paid by gift card"));
    web.form(host, &card, &[("code", code)]).await.leads_to();
    pay
}

/// Pays the rest, and looks wherever the order is told.
async fn assert_told_everywhere(web: &Web, nord: &Shopkeeper, (owner, pay): (&Clerk, &str)) {
    let host = nord.host.as_str();
    let seen = [("method", "sandbox"), ("to_pay", "8000")];
    let sandbox = web.form(host, pay, &seen).await.leads_to();
    let back = web.form(host, &sandbox, &[("outcome", "pay")]).await.leads_to();
    let order = web.page(host, &back).await.location().to_owned();
    let shown = web.page(host, &order).await.text;
    assert!(shown.contains("Paid by gift card") && shown.contains("120"), "{shown}");
    web.run_jobs().await;
    let mailbox = web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(nord.id)).await.unwrap();
    let mail = mails.into_iter().find(|mail| mail.to.name == "Ada").expect("a mail");
    assert!(mail.html.contains("Paid by gift card"), "{}", mail.html);
    let listed = web.call(nord, Method::GET, "/orders", None).await.expect(200);
    let id = listed["data"][0]["id"].as_str().unwrap();
    let page = web.look(owner, &format!("/manage/orders/{id}")).await.text;
    assert!(page.contains("Paid by gift card"), "{page}");
    let told = web
        .call(nord, Method::GET, &format!("/orders/{id}"), None)
        .await
        .expect(200);
    assert_eq!(
        (&told["gift_card_minor"], &told["total_minor"]),
        (&12_000.into(), &20_000.into())
    );
}
