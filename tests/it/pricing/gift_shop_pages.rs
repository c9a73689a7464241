//! What buyers, organizers and programs see of gift cards that are sold in the shop.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use http::Method;
use jiff::SignedDuration;
use serde_json::json;

const TERMS: [(&str, &str); 6] = [
    ("is_sold", "1"),
    ("suggested", "500 250"),
    ("least", "100"),
    ("most", "2000"),
    ("valid_days", "1095"),
    ("breakage_days", ""),
];

/// The code between the only tags that show one.
fn code_in(page: &str) -> Option<String> {
    let after = page.split("<code>").nth(1)?;
    after.split("</code>").next().map(str::to_owned)
}

/// Buys a card and pays it; returns the way to the order's page.
async fn buy(web: &Web, host: &str, fields: &[(&str, &str)]) -> String {
    let pay = web.form(host, "/gift-cards", fields).await.leads_to();
    let page = web.page(host, &pay).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(!page.text.contains("Pay with a gift card"), "a card buys no card");
    let sandbox = web.form(host, &pay, &[("method", "sandbox")]).await.leads_to();
    let back = web.form(host, &sandbox, &[("outcome", "pay")]).await.leads_to();
    web.page(host, &back).await.location().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_sells_cards_when_it_says_so_and_sends_them_to_whom_the_buyer_says() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sud = web.open_shop(&app, "sud", ApiScopes::all()).await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    for shop in [&nord, &sud] {
        assert_eq!(web.page(&shop.host, "/gift-cards").await.status, 404);
    }
    let odd = [
        ("is_sold", "1"),
        ("suggested", "250 x"),
        ("least", "9"),
        ("valid_days", "0"),
    ];
    let refused = web.submit(&owner, "/manage/gift-cards/terms", &odd).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("terms-suggested-error") && refused.text.contains("terms-least-error"));
    web.submit(&owner, "/manage/gift-cards/terms", &TERMS).await.leads_to();
    assert_eq!(
        web.page(&sud.host, "/gift-cards").await.status,
        404,
        "next door nothing changed"
    );
    let host = nord.host.as_str();
    assert!(web.page(host, "/").await.text.contains("href=\"/gift-cards\""));
    let page = web.page(host, "/gift-cards").await.text;
    assert!(
        page.contains("value=\"25000\"") && page.contains("value=\"50000\""),
        "{page}"
    );

    let wrong = [
        ("amount", "own"),
        ("own", "99"),
        ("email", "x"),
        ("name", ""),
        ("send_on", "2001-01-01"),
    ];
    let refused = web.form(host, "/gift-cards", &wrong).await;
    assert_eq!(refused.status, 422);
    for field in ["own-error", "email-error", "name-error", "send-on-error"] {
        assert!(refused.text.contains(field), "{field}");
    }
    let unlisted = [("amount", "77"), ("email", "ada@example.org"), ("name", "Ada")];
    assert_eq!(web.form(host, "/gift-cards", &unlisted).await.status, 422);

    let day = app.now() + SignedDuration::from_hours(24 * 5);
    let day = day.in_tz("UTC").unwrap().date().to_string();
    let present = [
        ("amount", "own"),
        ("own", "300"),
        ("email", "ada@example.org"),
        ("name", "Ada"),
        ("recipient_name", "Charles"),
        ("recipient_email", "charles@example.org"),
        ("message", "Happy <birthday>"),
        ("send_on", &day),
    ];
    let order = buy(&web, host, &present).await;
    let shown = web.page(host, &order).await.text;
    let code = code_in(&shown).expect("its buyer sees it");
    assert!(shown.contains("charles@example.org"), "{shown}");
    assert!(
        code_in(&web.page(host, &order).await.text).is_some(),
        "and sees it again"
    );
    assert_mailed(&app, &web, &nord, &code).await;
    assert_mailed_again(&web, &nord, &order).await;
    // Nobody stays logged in for days.
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    assert_used(&web, (&nord, &sud), (&owner, &order, &code)).await;
}

async fn assert_mailed(app: &TestApp, web: &Web, nord: &Shopkeeper, code: &str) {
    let mailbox = web.state.mailbox.as_ref().unwrap();
    for _ in 0..2 {
        web.run_jobs().await;
        let mails = mailbox.list(Some(nord.id)).await.unwrap();
        assert_eq!(mails.len(), 1, "the buyer's; the other is for another day");
        assert_eq!(mails[0].to.name, "Ada");
        assert!(
            !mails[0].html.contains(code) && !mails[0].text.contains(code),
            "it is for somebody else"
        );
    }
    app.advance(SignedDuration::from_hours(24 * 6));
    web.run_jobs().await;
    let mails = mailbox.list(Some(nord.id)).await.unwrap();
    let gift = mails.iter().find(|mail| mail.to.name == "Charles").expect("his card");
    assert!(gift.html.contains(code) && gift.text.contains(code), "{}", gift.text);
    assert!(gift.html.contains("Happy &lt;birthday&gt;"), "{}", gift.html);
}

/// Who asks for the mails again asks for both, and gets them once.
async fn assert_mailed_again(web: &Web, nord: &Shopkeeper, order: &str) {
    let again = format!("{order}/resends");
    web.form(&nord.host, &again, &[]).await.leads_to();
    for _ in 0..2 {
        web.run_jobs().await;
    }
    let mailbox = web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(nord.id)).await.unwrap();
    let to = |name: &str| mails.iter().filter(|mail| mail.to.name == name).count();
    assert_eq!((to("Ada"), to("Charles")), (2, 2));
}

async fn assert_used(web: &Web, (nord, sud): (&Shopkeeper, &Shopkeeper), (owner, order, code): (&Clerk, &str, &str)) {
    let body = json!({ "code": code.to_lowercase() });
    let found = web
        .call(nord, Method::POST, "/gift-cards/lookups", Some(&body))
        .await
        .expect(200);
    assert_eq!(
        (&found["balance_minor"], &found["origin"], &found["state"]),
        (&30_000.into(), &"shop".into(), &"open".into())
    );
    web.call(sud, Method::POST, "/gift-cards/lookups", Some(&body))
        .await
        .expect(404);
    let listed = web.call(nord, Method::GET, "/orders", None).await.expect(200);
    let bought = &listed["data"][0];
    assert!(
        bought["event_id"].is_null() && bought["event_name"].is_null(),
        "{bought}"
    );
    let id = bought["id"].as_str().unwrap();
    let told = web
        .call(nord, Method::GET, &format!("/orders/{id}"), None)
        .await
        .expect(200);
    assert!(
        told["event_id"].is_null() && told["items"].as_array().unwrap().is_empty(),
        "{told}"
    );
    assert!(web.look(owner, "/manage/orders").await.text.contains("Gift card"));
    let path = format!("/manage/orders/{id}");
    let page = web.look(owner, &path).await.text;
    assert!(
        page.contains("Give back what is left") && page.contains("For Charles"),
        "{page}"
    );
    assert!(!page.contains(code), "staff see no codes");
    for _ in 0..2 {
        web.submit(owner, &format!("{path}/cancellation"), &[]).await.leads_to();
    }
    web.run_jobs().await;
    let page = web.page(&nord.host, order).await.text;
    assert!(
        code_in(&page).is_none() && page.contains("Your money was returned"),
        "{page}"
    );
    let left = web
        .call(nord, Method::POST, "/gift-cards/lookups", Some(&body))
        .await
        .expect(200);
    assert_eq!((&left["balance_minor"], &left["state"]), (&0.into(), &"stopped".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_make_list_stop_and_look_up_cards_and_a_lost_answer_is_told_again() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sud = web.open_shop(&app, "sud", ApiScopes::all()).await;
    let wish = json!({ "amount_minor": 25_000, "origin": "given", "note": "For the band", "currency": "EUR" });
    let made = web
        .call_once(&nord, Method::POST, "/gift-cards", Some(&wish), Some("key-1"))
        .await
        .expect(201);
    let again = web
        .call_once(&nord, Method::POST, "/gift-cards", Some(&wish), Some("key-1"))
        .await
        .expect(201);
    assert_eq!(made, again, "the same card, and its code");
    let other = json!({ "amount_minor": 1, "origin": "given" });
    web.call_once(&nord, Method::POST, "/gift-cards", Some(&other), Some("key-1"))
        .await
        .expect_problem(422, "idempotency_key_reused");
    web.call(&nord, Method::POST, "/gift-cards", Some(&wish))
        .await
        .expect_problem(400, "idempotency_key_missing");
    assert_odd_wishes_are_refused(&web, &nord).await;
    for n in 0..3 {
        // Ids of one instant are in no order.
        app.advance(SignedDuration::from_secs(1));
        let wish = json!({ "amount_minor": 100 + n, "origin": "sold" });
        web.call_once(
            &nord,
            Method::POST,
            "/gift-cards",
            Some(&wish),
            Some(&format!("more-{n}")),
        )
        .await
        .expect(201);
    }
    let first = web
        .call(&nord, Method::GET, "/gift-cards?limit=2", None)
        .await
        .expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = format!("/gift-cards?limit=2&cursor={cursor}");
    let rest_page = web.call(&nord, Method::GET, &rest, None).await.expect(200);
    assert_eq!(
        (
            first["data"].as_array().unwrap().len(),
            rest_page["data"].as_array().unwrap().len()
        ),
        (2, 2)
    );
    assert_eq!(rest_page["has_more"], false);
    assert_eq!(rest_page["data"][1]["id"], made["id"]);
    assert!(rest_page["data"][1].get("code").is_none());
    web.call(&sud, Method::GET, &rest, None)
        .await
        .expect_problem(400, "invalid_cursor");
    let empty = web.call(&sud, Method::GET, "/gift-cards", None).await.expect(200);
    assert!(empty["data"].as_array().unwrap().is_empty());
    let path = format!("/gift-cards/{}", made["id"].as_str().unwrap());
    web.call(&sud, Method::GET, &path, None).await.expect(404);
    web.call(&sud, Method::DELETE, &path, None).await.expect(404);
    for _ in 0..2 {
        let stopped = web.call(&nord, Method::DELETE, &path, None).await.expect(200);
        assert_eq!(
            (&stopped["state"], &stopped["balance_minor"]),
            (&"stopped".into(), &25_000.into())
        );
    }
    assert_looked_up(&app, &web, &nord, &made).await;
}

async fn assert_odd_wishes_are_refused(web: &Web, nord: &Shopkeeper) {
    for (field, odd) in [
        ("amount_minor", json!({ "amount_minor": 0, "origin": "given" })),
        ("origin", json!({ "amount_minor": 1, "origin": "shop" })),
        (
            "currency",
            json!({ "amount_minor": 1, "origin": "given", "currency": "x" }),
        ),
        (
            "expires_at",
            json!({ "amount_minor": 1, "origin": "given", "expires_at": "2001-01-01T00:00:00Z" }),
        ),
    ] {
        let refused = web
            .call_once(
                nord,
                Method::POST,
                "/gift-cards",
                Some(&odd),
                Some(&format!("odd-{field}")),
            )
            .await;
        assert_eq!(refused.expect_problem(422, "invalid_field")["param"], field);
    }
}

/// Its code leads to the card, until too many others were named.
async fn assert_looked_up(app: &TestApp, web: &Web, nord: &Shopkeeper, made: &serde_json::Value) {
    let code = json!({ "code": made["code"] });
    let found = web
        .call(nord, Method::POST, "/gift-cards/lookups", Some(&code))
        .await
        .expect(200);
    assert_eq!(found["id"], made["id"]);
    for _ in 0..100 {
        let wrong = json!({ "code": "000000-000000-0000ZZ" });
        web.call(nord, Method::POST, "/gift-cards/lookups", Some(&wrong))
            .await
            .expect(404);
    }
    let tired = web.call(nord, Method::POST, "/gift-cards/lookups", Some(&code)).await;
    tired.expect_problem(429, "rate_limited");
    app.advance(SignedDuration::from_mins(15));
    web.call(nord, Method::POST, "/gift-cards/lookups", Some(&code))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_take_what_is_left_on_a_stopped_card_as_earned() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let sud = web.open_shop(&app, "sud", ApiScopes::all()).await;
    let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
    let other = Clerk::hire(&app, (sud.id, &sud.host), Role::Owner, None).await;
    let wish = json!({ "amount_minor": 7_000, "origin": "sold" });
    let made = web
        .call_once(&nord, Method::POST, "/gift-cards", Some(&wish), Some("key-1"))
        .await
        .expect(201);
    let id = made["id"].as_str().unwrap();
    let (stop, earn) = (
        format!("/manage/gift-cards/{id}/stop"),
        format!("/manage/gift-cards/{id}/earnings"),
    );
    assert!(!web.look(&owner, "/manage/gift-cards").await.text.contains("/earnings"));
    web.submit(&owner, &stop, &[]).await.leads_to();
    assert!(web.look(&owner, "/manage/gift-cards").await.text.contains(&earn));
    assert_eq!(web.submit(&other, &earn, &[]).await.status, 404);
    for left in ["earned", "Nothing can be taken"] {
        let back = web.submit(&owner, &earn, &[]).await.leads_to();
        let page = web.look(&owner, &back).await.text;
        assert!(!page.contains(&earn), "{left}: {page}");
    }
    let path = format!("/gift-cards/{id}");
    let card = web.call(&nord, Method::GET, &path, None).await.expect(200);
    assert_eq!((&card["balance_minor"], &card["state"]), (&0.into(), &"stopped".into()));
}
