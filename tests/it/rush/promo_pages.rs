//! Promo codes as buyers and staff meet them.

use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk};
use http::Method;
use serde_json::json;

use super::pages::{PAGE, Town};

const CARTS: &str = "/events/concert/carts";
const FIELD: &str = "name=\"promo_code\"";

async fn add(town: &Town, code: &str, percent_bp: i32, uses: i64) {
    let path = format!("/events/{}/promo-codes", town.event);
    let body = json!({ "code": code, "percent_bp": percent_bp, "uses": uses });
    town.web
        .call(&town.nord, Method::POST, &path, Some(&body))
        .await
        .expect(201);
}

async fn choose(town: &Town, key: &str, code: &str) -> Answer {
    let field = format!("qty_{}", town.standing);
    let wish = [("request_key", key), (field.as_str(), "2"), ("promo_code", code)];
    town.web.form(&town.nord.host, CARTS, &wish).await
}

/// The text of a page without its marks, blanks made one.
fn words(page: &str) -> String {
    let mut text = String::new();
    let mut is_mark = false;
    for letter in page.chars() {
        match letter {
            '<' => {
                is_mark = true;
                text.push(' ');
            }
            '>' => is_mark = false,
            letter if !is_mark => text.push(if letter.is_whitespace() { ' ' } else { letter }),
            _ => {}
        }
    }
    text.split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_field_is_there_when_there_are_codes_and_a_link_fills_it_in() {
    let town = Town::open().await;
    let host = town.nord.host.as_str();
    assert!(!town.web.page(host, PAGE).await.text.contains(FIELD));
    add(&town, "EARLY", 1_000, 5).await;
    let page = town.web.page(host, PAGE).await;
    assert!(
        page.text.contains(FIELD) && !page.text.contains("class=\"promo\" open"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("EARLY"), "no page tells a code");
    let linked = town.web.page(host, "/events/concert?code=early%22%3E%3Cb%3E").await;
    assert!(
        linked.text.contains("class=\"promo\" open") && linked.text.contains("early&quot;&gt;&lt;b&gt;"),
        "{}",
        linked.text
    );
    let plain = town.web.page(host, "/events/concert?utm_source=mail").await;
    assert_eq!(plain.text, page.text, "the page in memory is nobody's own");
    assert!(!town.web.page(&town.sor.host, PAGE).await.text.contains(FIELD));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_code_comes_back_with_its_reason_and_holds_nothing() {
    let town = Town::open().await;
    add(&town, "ONCE", 1_000, 1).await;
    let unknown = choose(&town, "0123456789abcdef", "nobodys").await;
    assert_eq!(unknown.status, 422);
    assert!(
        words(&unknown.text).contains("There is no such code for this event"),
        "{}",
        unknown.text
    );
    for kept in [
        "value=\"nobodys\"",
        "value=\"2\"",
        "class=\"promo\" open",
        "id=\"promo-error\"",
    ] {
        assert!(unknown.text.contains(kept), "{kept}");
    }
    let odd = choose(&town, "0123456789abcdef", "two words").await;
    assert_eq!(
        odd.text.replace("two words", "nobodys"),
        unknown.text,
        "what cannot be a code is answered like one that does not exist"
    );
    choose(&town, "0123456789abcdef", "ONCE").await.leads_to();
    let used_up = choose(&town, "fedcba9876543210", "once").await;
    assert_eq!(used_up.status, 409);
    assert!(
        words(&used_up.text).contains("All uses of this code are in other carts"),
        "{}",
        used_up.text
    );
    let mut admin = town.app.test_db.admin().await;
    let held: i64 = sqlx::query_scalar("select sum(held)::bigint from bilten.capacity_pools where purpose = 'places'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(held, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cart_order_and_mail_say_what_the_code_took_off() {
    let town = Town::open().await;
    let host = town.nord.host.as_str();
    add(&town, "EARLY", 1_500, 5).await;
    let cart = choose(&town, "0123456789abcdef", "early").await.leads_to();
    let again = choose(&town, "0123456789abcdef", "EARLY").await.leads_to();
    assert_eq!(cart, again, "the same form with the same code is the same cart");
    let said = "2 × Standing NOK 200 Code EARLY −NOK 30 Total NOK 170";
    let has_said = |page: &Answer| {
        words(&page.text)
            .replace('\u{a0}', " ")
            .replace(".00", "")
            .contains(said)
    };
    let page = town.web.page(host, &cart).await;
    assert!(has_said(&page), "{}", words(&page.text));
    let buyer = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = town.web.form(host, &cart, &buyer).await.leads_to();
    let page = town.web.page(host, &pay).await;
    assert!(has_said(&page), "{}", words(&page.text));
    let sandbox = town.web.form(host, &pay, &[("method", "sandbox")]).await.leads_to();
    let back = town.web.form(host, &sandbox, &[("outcome", "pay")]).await.leads_to();
    let order = town.web.page(host, &back).await.location().to_owned();
    let page = town.web.page(host, &order).await;
    assert!(has_said(&page), "{}", words(&page.text));
    town.web.run_jobs().await;
    let mails = town
        .web
        .state
        .mailbox
        .as_ref()
        .unwrap()
        .list(Some(town.nord.id))
        .await
        .unwrap();
    let mail = mails.into_iter().find(|mail| mail.to.name == "Ada").expect("a mail");
    assert!(
        mail.text.contains("Code EARLY: −") && mail.html.contains("Code EARLY"),
        "{}",
        mail.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_code_for_everything_pays_nothing() {
    let town = Town::open().await;
    let host = town.nord.host.as_str();
    add(&town, "PRESS", 10_000, 1).await;
    let cart = choose(&town, "0123456789abcdef", "PRESS").await.leads_to();
    let buyer = [("email", "ada@example.org"), ("name", "Ada")];
    let pay = town.web.form(host, &cart, &buyer).await.leads_to();
    let page = town.web.page(host, &pay).await;
    assert!(
        !page.text.contains("name=\"method\"") && words(&page.text).contains("Code PRESS"),
        "{}",
        page.text
    );
    let order = town.web.form(host, &pay, &[]).await.leads_to();
    assert!(
        town.web
            .page(host, &order)
            .await
            .text
            .contains("data-order-state=\"paid\"")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_add_a_code_watch_its_uses_and_withdraw_it() {
    let town = Town::open().await;
    let (web, nord) = (&town.web, &town.nord);
    let owner = Clerk::hire(&town.app, (nord.id, &nord.host), Role::Owner, None).await;
    let page = format!("/manage/events/{}", town.event);
    let codes = format!("{page}/promo-codes");
    let typed = [
        ("code", "early"),
        ("kind", "percent"),
        ("value", "12,5"),
        ("uses", "3"),
        ("starts", ""),
        ("ends", ""),
        ("type", town.standing.as_str()),
    ];
    assert!(web.look(&owner, &page).await.text.contains("id=\"promo-new\""));
    assert_eq!(web.submit(&owner, &codes, &typed).await.leads_to(), page);
    let twice = web.submit(&owner, &codes, &typed).await;
    assert_eq!(twice.status, 422);
    assert!(
        words(&twice.text).contains("The event has this code already."),
        "{}",
        twice.text
    );
    assert!(
        twice.text.contains("value=\"12,5\"") && twice.text.contains("checked"),
        "what was typed is kept"
    );
    let wrong = [
        ("code", "x"),
        ("kind", "amount"),
        ("value", "much"),
        ("uses", "0"),
        ("starts", "soon"),
        ("ends", ""),
    ];
    let wrong = web.submit(&owner, &codes, &wrong).await;
    for error in [
        "promo-new-error",
        "promo-value-error",
        "promo-uses-error",
        "promo-starts-error",
    ] {
        assert!(wrong.text.contains(error), "{error}");
    }
    choose(&town, "0123456789abcdef", "EARLY").await.leads_to();
    let shown = web.look(&owner, &page).await;
    let row = "EARLY 12.5 % Standing Used 0 In carts 1 Left 2 / 3 Withdraw";
    assert!(words(&shown.text).contains(row), "{}", words(&shown.text));
    let action = shown.text.split(&format!("action=\"{codes}/")).nth(1).expect("a form");
    let action = format!("{codes}/{}", action.split('"').next().unwrap());
    let door = Clerk::hire(&town.app, (nord.id, &nord.host), Role::DoorStaff, None).await;
    assert_eq!(web.submit(&door, &action, &[]).await.status, 403);
    assert_eq!(web.submit(&owner, &action, &[]).await.leads_to(), page);
    assert_eq!(web.submit(&owner, &action, &[]).await.leads_to(), page, "twice is once");
    assert_eq!(choose(&town, "fedcba9876543210", "EARLY").await.status, 422);
}
