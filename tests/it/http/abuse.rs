//! Card testing as a browser and a program meet it, and what staff see of it.

use std::net::IpAddr;

use axum::body::Body;
use bilten_core::waiting_room::Challenge;
use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk, Shopkeeper, TestApp, Web};
use http::{
    Request,
    header::{RETRY_AFTER, SET_COOKIE},
};
use jiff::SignedDuration;
use serde_json::json;
use url::form_urlencoded;

use crate::billing::solve;

const MAIL: &str = "ada@example.org";

struct Stage {
    app: TestApp,
    web: Web,
    shop: Shopkeeper,
    event: String,
    ticket_type: String,
}

impl Stage {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        web.open_shop(&app, "sor", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&shop, 100, 10_000).await;
        Self {
            app,
            web,
            shop,
            event,
            ticket_type,
        }
    }

    async fn post_from(&self, peer: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header("host", &self.shop.host)
            .header("accept", "text/html")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        let peer: IpAddr = peer.parse().unwrap();
        self.web.send_from(peer, request.body(Body::from(body)).unwrap()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from("127.0.0.1", path, fields).await
    }

    /// Goes to the second screen with a cart of one ticket; returns the screen's path.
    async fn at_the_till(&self, mail: &str) -> String {
        let field = format!("qty_{}", self.ticket_type);
        let cart = self.post("/events/concert/carts", &[(&field, "1")]).await.leads_to();
        self.post(&cart, &[("email", mail), ("name", "Ada")]).await.leads_to()
    }

    /// Has the bank refuse a payment that has begun.
    async fn refuse(&self, sandbox: &str) {
        assert!(sandbox.starts_with("/sandbox/"), "{sandbox}");
        let back = self.post(sandbox, &[("outcome", "decline")]).await.leads_to();
        self.web.page(&self.shop.host, &back).await.leads_to();
    }

    async fn declined(&self, peer: &str, mail: &str) {
        let pay = self.at_the_till(mail).await;
        let sandbox = self.post_from(peer, &pay, &[("method", "sandbox")]).await.leads_to();
        self.refuse(&sandbox).await;
    }

    /// Pays as the page's script does: with the work that the page sets.
    async fn pay_with_work(&self, page: &str) -> Answer {
        let shown = self.web.page(&self.shop.host, page).await;
        let part = |name: &str| {
            let at = shown.text.split(&format!("data-{name}=\"")).nth(1);
            at.and_then(|rest| rest.split('"').next())
                .unwrap_or_else(|| panic!("no {name}: {}", shown.text))
                .to_owned()
        };
        let work = Challenge {
            algorithm: "SHA-256",
            challenge: part("challenge"),
            salt: part("salt"),
            maxnumber: part("max-number").parse().unwrap(),
            signature: part("signature"),
        };
        let solution = solve(&work);
        let fields = [
            ("method", "sandbox"),
            ("challenge", &solution.challenge),
            ("salt", &solution.salt),
            ("signature", &solution.signature),
            ("number", &solution.number.to_string()),
        ];
        self.post(&shown_path(page), &fields).await
    }
}

fn shown_path(page: &str) -> String {
    page.trim_end_matches("?check=work").to_owned()
}

/// 111, 114
#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_who_is_slowed_works_or_waits_and_one_who_is_stopped_is_told_where_to_write() {
    let shop = Stage::open().await;
    for _ in 0..5 {
        shop.declined("127.0.0.1", MAIL).await;
    }
    let pay = shop.at_the_till(MAIL).await;
    let first = shop.post(&pay, &[("method", "sandbox")]).await.leads_to();
    assert_eq!(first, format!("{pay}?check=work"));
    let page = shop.web.page(&shop.shop.host, &first).await;
    for words in [
        "<pay-work ",
        "Several payments were declined",
        "wait 2 minutes and send the form again",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    for rule in ["mail-declines", "rule", "risk"] {
        assert!(!page.text.contains(rule), "the buyer is told {rule}");
    }
    // A program is told by codes.
    let cart = shop
        .web
        .hold(&shop.shop, &shop.event, &shop.ticket_type, 1)
        .await
        .expect(201);
    let path = format!("/carts/{}/checkout", cart["id"].as_str().unwrap());
    let buyer = |mail: &str| json!({ "buyer": { "email": mail, "name": "Ada" }, "payment": { "method": "sandbox" } });
    let send = async |mail: &str, key: &str| {
        let body = buyer(mail);
        shop.web
            .call_once(&shop.shop, http::Method::POST, &path, Some(&body), Some(key))
            .await
    };
    let slowed = send(MAIL, "one").await;
    slowed.expect_problem(429, "payment_slowed");
    assert_eq!(slowed.headers[RETRY_AFTER], "120");
    let sandbox = shop.pay_with_work(&first).await.leads_to();
    shop.refuse(&sandbox).await;
    // Without script: two minutes, then the same form.
    assert_eq!(shop.post(&pay, &[("method", "sandbox")]).await.leads_to(), first);
    shop.app.advance(SignedDuration::from_mins(2));
    let sandbox = shop.post(&pay, &[("method", "sandbox")]).await.leads_to();
    shop.refuse(&sandbox).await;
    for _ in 0..3 {
        let pay = shop.at_the_till(MAIL).await;
        let sandbox = shop.pay_with_work(&format!("{pay}?check=work")).await.leads_to();
        shop.refuse(&sandbox).await;
    }
    let pay = shop.at_the_till(MAIL).await;
    let stopped = shop.pay_with_work(&format!("{pay}?check=work")).await;
    assert_eq!(stopped.status, 429);
    assert_eq!(stopped.headers[RETRY_AFTER], "900");
    assert!(stopped.text.contains("mailto:"), "{}", stopped.text);
    assert!(!stopped.text.contains("mail-declines"), "{}", stopped.text);

    let refused = send(MAIL, "one").await;
    refused.expect_problem(429, "payment_blocked");
    assert_eq!(refused.headers[RETRY_AFTER], "900");
    // Others pay as if nothing had happened.
    send("other@example.org", "two").await.expect(200);
}

/// 118
#[tokio::test(flavor = "multi_thread")]
async fn staff_see_what_banks_refuse_and_why_a_payment_was_slowed() {
    let shop = Stage::open().await;
    let owner = Clerk::hire(&shop.app, (shop.shop.id, &shop.shop.host), Role::Owner, None).await;
    assert!(
        !shop
            .web
            .look(&owner, "/manage/payments")
            .await
            .text
            .contains("Banks declined")
    );
    for number in 0..20 {
        shop.declined(&format!("198.51.100.{number}"), &format!("t{number}@example.org"))
            .await;
        shop.app.advance(SignedDuration::from_secs(6));
    }
    let page = shop.web.look(&owner, "/manage/payments").await;
    assert!(
        page.text.contains("20 of the last 20 payments for Concert"),
        "{}",
        page.text
    );
    let pay = shop.at_the_till("ada@example.org").await;
    let first = shop
        .post_from("203.0.113.9", &pay, &[("method", "sandbox")])
        .await
        .leads_to();
    assert_eq!(first, format!("{pay}?check=work"));
    let sandbox = shop.pay_with_work(&first).await.leads_to();
    let back = shop.post(&sandbox, &[("outcome", "pay")]).await.leads_to();
    shop.web.page(&shop.shop.host, &back).await.leads_to();
    let listed = shop
        .web
        .call(&shop.shop, http::Method::GET, "/orders", None)
        .await
        .expect(200);
    let order = listed["data"][0]["id"].as_str().unwrap();
    let page = shop.web.look(&owner, &format!("/manage/orders/{order}")).await;
    assert!(
        page.text.contains("slowed down before paying (breaker-open"),
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_known_by_a_cookie_that_scripts_cannot_read_and_a_proxy_is_no_buyer() {
    let shop = Stage::open().await;
    let pay = shop.at_the_till(MAIL).await;
    let page = shop.web.page(&shop.shop.host, &pay).await;
    let cookie = page.headers[SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("queue-device=") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    shop.declined("127.0.0.1", "a@example.org").await;
    shop.declined("198.51.100.7", "b@example.org").await;
    let mut admin = shop.app.test_db.admin().await;
    let known = "select count(*) from bilten.payment_attempts where payer_network is not null";
    let known: i64 = sqlx::query_scalar(known).fetch_one(&mut admin).await.unwrap();
    assert_eq!(
        known, 1,
        "whoever comes from ourselves comes from a proxy that nobody told us of"
    );
}

/// 121, 124: an event manager may cancel orders alone up to the owner's limit.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_refund_is_asked_for_on_the_orders_page_and_agreed_to_by_somebody_else() {
    let shop = Stage::open().await;
    let hire = async |role| Clerk::hire(&shop.app, (shop.shop.id, &shop.shop.host), role, None).await;
    let (owner, manager, door) = (
        hire(Role::Owner).await,
        hire(Role::EventManager).await,
        hire(Role::DoorStaff).await,
    );
    let limit = "/manage/payments/limit";
    assert_eq!(shop.web.submit(&manager, limit, &[("amount", "1")]).await.status, 404);
    assert!(!shop.web.look(&manager, "/manage/payments").await.text.contains(limit));
    let said = |answer: &Answer| {
        answer
            .cookies()
            .iter()
            .find_map(|c| c.strip_prefix("flash="))
            .unwrap()
            .to_owned()
    };
    let odd = shop.web.submit(&owner, limit, &[("amount", "much")]).await;
    assert!(said(&odd).starts_with("flash-limit-invalid"));
    assert!(said(&shop.web.submit(&owner, limit, &[("amount", "99,50")]).await).starts_with("flash-saved"));
    assert!(
        shop.web
            .look(&owner, "/manage/payments")
            .await
            .text
            .contains("value=\"99.50\"")
    );

    let cart = shop
        .web
        .hold(&shop.shop, &shop.event, &shop.ticket_type, 1)
        .await
        .expect(201);
    let sold = shop
        .web
        .check_out(&shop.shop, cart["id"].as_str().unwrap(), "buy")
        .await
        .expect(200);
    let order = sold["id"].as_str().unwrap().to_owned();
    let cancel = format!("/manage/orders/{order}/cancellation");
    let asked = shop.web.submit(&manager, &cancel, &[]).await;
    assert!(said(&asked).starts_with("flash-approval-asked"), "{}", said(&asked));
    assert!(said(&shop.web.submit(&owner, &cancel, &[]).await).starts_with("flash-approval-waits"));
    assert!(shop.web.look(&owner, "/manage").await.text.contains("/manage/payments"));

    let own = shop.web.look(&manager, "/manage/payments").await.text;
    assert!(
        own.contains("somebody else decides") && !own.contains("/decisions\""),
        "{own}"
    );
    let page = shop.web.look(&owner, "/manage/payments").await.text;
    let action = page
        .split("action=\"")
        .find(|part| part.starts_with("/manage/approvals/"))
        .unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let agree = [("verdict", "approve")];
    assert_eq!(shop.web.submit(&door, &action, &agree).await.status, 404);
    assert_eq!(shop.web.submit(&manager, &action, &agree).await.status, 403);
    assert!(said(&shop.web.submit(&owner, &action, &agree).await).starts_with("flash-approval-given"));
    assert!(said(&shop.web.submit(&owner, &action, &agree).await).starts_with("flash-too-late"));
    shop.web.run_jobs().await;
    let path = format!("/orders/{order}");
    let seen = shop
        .web
        .call(&shop.shop, http::Method::GET, &path, None)
        .await
        .expect(200);
    assert_eq!(seen["state"], "refunded");
    let history = shop.web.look(&owner, &format!("/manage/orders/{order}")).await.text;
    assert!(history.contains("A second person agreed"), "{history}");
}
