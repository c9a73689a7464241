//! Locked tickets and codes with rules, on pages, in the console and in the API.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use http::Method;
use serde_json::{Value, json};

const PAGE: &str = "/events/concert";

/// Two shops with an event of the same name; the first has locked tickets as well.
struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    sor: Shopkeeper,
    owner: Clerk,
    event: String,
    standing: String,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let (event, standing) = web.open_sale(&nord, 100, 20_000).await;
        web.open_sale(&sor, 100, 20_000).await;
        let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
        Self {
            app,
            web,
            nord,
            sor,
            owner,
            event,
            standing,
        }
    }

    /// Adds locked tickets for members.
    async fn lock(&self) -> String {
        let ctx = self.app.ctx_in(self.nord.id);
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let mut new = bilten_core::catalog::NewTicketType::new("Members".parse().unwrap(), 5_000, 50);
        new.terms.is_locked = true;
        let id = bilten_core::catalog::add_ticket_type(&ctx, &mut tx, self.event.parse().unwrap(), new)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id.to_string()
    }

    async fn add(&self, body: &Value) -> Value {
        let path = format!("/events/{}/promo-codes", self.event);
        self.web
            .call(&self.nord, Method::POST, &path, Some(body))
            .await
            .expect(201)
    }

    async fn page(&self, path: &str) -> String {
        self.web.page(&self.nord.host, path).await.text
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_tickets_are_on_the_page_of_who_has_the_code_and_on_nobody_elses() {
    let town = Town::open().await;
    let before = town.page(PAGE).await;
    assert!(!before.contains("id=\"unlock-code\""), "there is nothing to unlock");
    let members = town.lock().await;
    let made = town
        .add(&json!({ "code": "members-2027", "unlocks": true, "uses": 10, "ticket_type_ids": [members] }))
        .await;
    assert_eq!(
        (&made["unlocks"], &made["percent_bp"]),
        (&json!(true), &json!(null)),
        "{made}"
    );
    let public = town.page(PAGE).await;
    assert!(
        public.contains("id=\"unlock-code\"") && !public.contains("Members"),
        "{public}"
    );
    let wrong = town.page("/events/concert?code=nobodys").await;
    assert!(
        !wrong.contains("Members") && wrong.contains("id=\"unlock-error\""),
        "{wrong}"
    );
    let mine = town.page("/events/concert?code=members-2027").await;
    assert!(
        mine.contains(&format!("qty_{members}")) && mine.contains("value=\"members-2027\""),
        "{mine}"
    );
    assert!(
        !mine.contains("<stock-watch"),
        "what everybody gets does not overwrite it"
    );
    assert_eq!(town.page(PAGE).await, public, "the page in memory stays everybody's");
    let sor = town.web.page(&town.sor.host, "/events/concert?code=members-2027").await;
    assert!(!sor.text.contains("Members"));
    only_the_code_sells(&town, &members).await;
}

/// The form with the code makes a cart and an order; without it, the tickets are as if there were none.
async fn only_the_code_sells(town: &Town, members: &str) {
    let field = format!("qty_{members}");
    let wish = [
        ("request_key", "0123456789abcdef"),
        (field.as_str(), "2"),
        ("promo_code", ""),
    ];
    let refused = town.web.form(&town.nord.host, "/events/concert/carts", &wish).await;
    assert!(
        refused.status != 303 && !refused.text.contains("Members"),
        "{}",
        refused.text
    );
    let too_many = [
        ("request_key", "0123456789abcdef"),
        (field.as_str(), "11"),
        ("promo_code", "MEMBERS-2027"),
    ];
    let again = town.web.form(&town.nord.host, "/events/concert/carts", &too_many).await;
    assert!(again.status == 422 && again.text.contains("Members"), "{}", again.text);
    let wish = [
        ("request_key", "fedcba9876543210"),
        (field.as_str(), "2"),
        ("promo_code", "Members-2027"),
    ];
    let cart = town
        .web
        .form(&town.nord.host, "/events/concert/carts", &wish)
        .await
        .leads_to();
    let shown = town.page(&cart).await;
    assert!(shown.contains("Members") && shown.contains("100"), "{shown}");
    let pay = town
        .web
        .form(&town.nord.host, &cart, &[("email", "ada@example.org"), ("name", "Ada")])
        .await
        .leads_to();
    let pay = town.page(&pay).await;
    assert!(pay.contains("Members"), "{pay}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_guesses_is_told_to_wait() {
    let town = Town::open().await;
    town.lock().await;
    town.add(&json!({ "code": "members-2027", "unlocks": true, "uses": 10 }))
        .await;
    for n in 0..100 {
        town.page(&format!("/events/concert?code=guess-{n}")).await;
    }
    let spent = town
        .web
        .page(&town.nord.host, "/events/concert?code=members-2027")
        .await;
    assert!(spent.status == 429 && !spent.text.contains("Members"), "{}", spent.text);
    assert!(spent.text.contains("Too many wrong codes"), "{}", spent.text);
    let field = format!("qty_{}", town.standing);
    let wish = [
        ("request_key", "0123456789abcdef"),
        (field.as_str(), "1"),
        ("promo_code", "x1"),
    ];
    let refused = town.web.form(&town.nord.host, "/events/concert/carts", &wish).await;
    assert_eq!(refused.status, 429);
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "1")];
    town.web
        .form(&town.nord.host, "/events/concert/carts", &wish)
        .await
        .leads_to();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_name_several_codes_and_read_rules_and_budgets() {
    let town = Town::open().await;
    let members = town.lock().await;
    let made = town
        .add(
            &json!({ "unlocks": true, "off_order_minor": 1_000, "uses": 5, "budget_minor": 1_500, "stack_group": 2,
                      "min_spend_minor": 2_000, "max_per_person": 1, "priority": 3 }),
        )
        .await;
    let code = made["code"].as_str().unwrap();
    assert_eq!(code.len(), 10, "made by chance");
    town.add(&json!({ "code": "TENTH", "percent_bp": 1_000, "uses": 5, "stack_group": 1 }))
        .await;
    let cart = json!({ "event_id": town.event, "items": [{ "ticket_type_id": members, "quantity": 2 }] });
    let refused = town.web.call(&town.nord, Method::POST, "/carts", Some(&cart)).await;
    assert_eq!(refused.status, 404);
    let mut cart = cart;
    cart["promo_code"] = json!("tenth");
    cart["promo_codes"] = json!([code]);
    let held = town
        .web
        .call(&town.nord, Method::POST, "/carts", Some(&cart))
        .await
        .expect(201);
    // 100.00 less 10 %, less 10.00.
    assert_eq!(
        (&held["total_minor"], &held["discount_minor"]),
        (&json!(8_000), &json!(2_000)),
        "{held}"
    );
    assert_eq!(held["promo_codes"].as_array().unwrap().len(), 2, "{held}");
    let path = format!("/events/{}/promo-codes", town.event);
    let list = town.web.call(&town.nord, Method::GET, &path, None).await.expect(200);
    let own = list["data"].as_array().or_else(|| list["items"].as_array()).unwrap();
    let own = own.iter().find(|row| row["code"] == made["code"]).unwrap();
    assert_eq!(
        (
            &own["budget_held_minor"],
            &own["max_per_person"],
            &own["stack_group"],
            &own["held"]
        ),
        (&json!(1_000), &json!(1), &json!(2), &json!(1)),
        "{own}"
    );
    let odd = json!({ "code": "ODD", "percent_bp": 1_000, "uses": 5, "stack_group": 99 });
    let odd = town.web.call(&town.nord, Method::POST, &path, Some(&odd)).await;
    assert_eq!(
        (odd.status.as_u16(), odd.text.contains("stack_group")),
        (422, true),
        "{}",
        odd.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_makes_codes_with_rules_and_says_what_is_wrong() {
    let town = Town::open().await;
    town.lock().await;
    let path = format!("/manage/events/{}/promo-codes", town.event);
    let wrong = [
        ("code", "SHORT"),
        ("kind", "none"),
        ("uses", "5"),
        ("unlocks", "1"),
        ("per_person", "0"),
    ];
    let refused = town.web.submit(&town.owner, &path, &wrong).await;
    assert!(refused.text.contains("promo-per_person-error"), "{}", refused.text);
    let short = [("code", "SHORT"), ("kind", "none"), ("uses", "5"), ("unlocks", "1")];
    let refused = town.web.submit(&town.owner, &path, &short).await;
    assert!(refused.text.contains("has 8 letters or more"), "{}", refused.text);
    let good = [
        ("code", ""),
        ("kind", "order"),
        ("value", "50"),
        ("uses", "5"),
        ("unlocks", "1"),
        ("fee_free", "1"),
        ("min_spend", "100"),
        ("budget", "1000"),
        ("per_person", "2"),
        ("group", "3"),
    ];
    assert_eq!(town.web.submit(&town.owner, &path, &good).await.status, 303);
    let page = town
        .web
        .look(&town.owner, &format!("/manage/events/{}", town.event))
        .await
        .text;
    for said in [
        "off the order",
        "Unlocks tickets",
        "No fees",
        "2 times per person",
        "group 3",
        "Locked",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}
