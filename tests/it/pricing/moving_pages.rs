//! What buyers, organizers and programs see of prices that move with demand.

use bilten_kernel::ApiScopes;
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{charge, terms};

struct Town {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    south: Shopkeeper,
    event: String,
    ticket_type: String,
}

impl Town {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let south = web.open_shop(&app, "south", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&nord, 20, 20_000).await;
        Self {
            app,
            web,
            nord,
            south,
            event,
            ticket_type,
        }
    }

    fn policy(&self) -> Value {
        json!({
            "ticket_type_id": self.ticket_type,
            "terms": { "floor_minor": 15_000, "ceiling_minor": 30_000, "start_minor": 20_000,
            "step_minor": 1_000, "min_interval_s": 21_600, "max_daily_move_minor": 2_000,
            "curve": [{ "hours_before": 0, "sold_bp": 0 }], "tolerance_bp": 500, "freeze_s": 3_600,
            "starts_at": self.app.now().to_string(), "notice": "Up & down <it> goes." },
        })
    }

    async fn call(&self, method: Method, what: &str, body: Option<&Value>) -> bilten_tests::Answer {
        let path = format!("/events/{}/price-policies{what}", self.event);
        self.web.call(&self.nord, method, &path, body).await
    }

    fn of_type(&self, what: &str) -> String {
        format!("/{}/{what}", self.ticket_type)
    }

    async fn switch_on(&self) {
        self.call(Method::POST, "", Some(&self.policy())).await.expect(201);
        let first = json!({ "version": 1 });
        let run = self
            .call(Method::POST, &self.of_type("simulations"), Some(&first))
            .await;
        run.expect(201);
        let on = self.call(Method::PUT, &self.of_type("switch"), Some(&first)).await;
        assert_eq!(on.status, 204, "{}", on.text);
    }

    fn story(&self) -> String {
        format!("/events/concert/prices/{}", self.ticket_type)
    }
}

/// The range stands in the API, on the page and in its piece, for people and for programs.
async fn assert_range_is_told(town: &Town) {
    let (web, host) = (&town.web, town.nord.host.as_str());
    let told = web
        .call(&town.nord, Method::GET, &format!("/events/{}", town.event), None)
        .await;
    let told = told.expect(200)["ticket_types"][0]["moving_price"].clone();
    let (least, most) = (
        told["lowest_minor"].as_i64().unwrap(),
        told["highest_minor"].as_i64().unwrap(),
    );
    assert!(15_000 < least && least < 20_000 && 30_000 < most, "{told}");
    assert_eq!(told["explained_at"], json!(town.story()));
    let written = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
    for path in ["/events/concert", "/events/concert/availability"] {
        let page = web.page(host, path).await.text;
        assert!(page.contains("Price moves with demand"), "{page}");
        assert!(
            page.contains(&format!("itemprop=\"minPrice\" content=\"{}\"", written(least))),
            "{page}"
        );
        assert!(
            page.contains(&format!("itemprop=\"maxPrice\" content=\"{}\"", written(most))),
            "{page}"
        );
        assert!(page.contains("Up &amp; down &lt;it&gt; goes."), "{page}");
        assert!(page.contains(&town.story()), "{page}");
        assert!(!page.contains("150.00"), "the list shows nowhere: {page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buyers_are_told_that_a_price_moves_how_far_and_why() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    // 10.00 and 2 %, and 3.00 and 2.5 % of everything, passed on: 150.00 shows as 169.23 and 300.00 as 323.08 or so.
    charge(&town.app, town.nord.id, terms((1_000, 200), true), (300, 250)).await;
    let before = web.page(host, "/events/concert").await.text;
    assert!(!before.contains("moves with demand"), "{before}");
    assert_eq!(web.page(host, &town.story()).await.status, 404);
    town.switch_on().await;
    let written = |minor: i64| format!("{}.{:02}", minor / 100, minor % 100);
    assert_range_is_told(&town).await;
    let story = web.page(host, &town.story()).await;
    assert_eq!(story.status, 200);
    assert!(story.text.contains("It has not moved yet."), "{}", story.text);
    web.run_jobs().await;
    let field = format!("qty_{}", town.ticket_type);
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "4")];
    let cart = web.form(host, "/events/concert/carts", &wish).await.leads_to();
    let shown = web.page(host, &cart).await.text;
    assert!(shown.contains("Yours is kept as long as your cart."), "{shown}");
    let pay = web
        .form(host, &cart, &[("email", "ada@example.org"), ("name", "Ada")])
        .await
        .leads_to();
    let sandbox = web.form(host, &pay, &[("method", "sandbox")]).await.leads_to();
    web.form(host, &sandbox, &[("outcome", "pay")]).await;
    web.run_jobs().await;
    let old = web.page(host, "/events/concert").await.text;
    town.app.advance(SignedDuration::from_hours(6));
    web.run_jobs().await;
    let new = web.page(host, "/events/concert").await.text;
    assert_ne!(old, new);
    let points = town.call(Method::GET, &town.of_type("points"), None).await.expect(200);
    assert_eq!(points["data"][0]["cause"], "ahead", "{points}");
    let shown = points["data"][0]["price_minor"].as_i64().unwrap();
    assert!(new.contains(&written(shown)), "{shown}: {new}");
    // A page that is open exchanges the row when the price is another one.
    assert!(new.contains(&format!("-{shown}\"")), "{shown}: {new}");
    let story = web.page(host, &town.story()).await.text;
    assert!(
        story.contains("More was sold than expected: 20 % instead of 0 %."),
        "{story}"
    );
    assert!(story.contains(&written(shown)), "{story}");
    assert!(!story.contains("ada@example.org") && !story.contains("Ada"), "{story}");
    let nb = web.page(host, &town.story()).await;
    assert_eq!(nb.status, 200);
    // The other shop knows nothing of it.
    assert_eq!(web.page(&town.south.host, &town.story()).await.status, 404);
    let path = format!("/events/{}/price-policies", town.event);
    web.call(&town.south, Method::GET, &path, None)
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_add_try_and_switch_and_senseless_policies_are_refused() {
    let town = Town::open().await;
    let mut bad = town.policy();
    bad["terms"]["start_minor"] = json!(31_000);
    town.call(Method::POST, "", Some(&bad))
        .await
        .expect_problem(422, "invalid_field");
    bad["terms"]["start_minor"] = json!(20_000);
    bad["terms"]["unknown"] = json!(1);
    let odd = town.call(Method::POST, "", Some(&bad)).await;
    assert!(odd.status.is_client_error(), "{}", odd.text);
    let made = town.call(Method::POST, "", Some(&town.policy())).await.expect(201);
    assert_eq!((&made["version"], &made["is_on"]), (&json!(1), &json!(false)), "{made}");
    let first = json!({ "version": 1 });
    let early = town.call(Method::PUT, &town.of_type("switch"), Some(&first)).await;
    early.expect_problem(422, "invalid_field");
    let run = town
        .call(Method::POST, &town.of_type("simulations"), Some(&first))
        .await
        .expect(201);
    assert_eq!((&run["tickets"], &run["moves"]), (&json!(0), &json!([])), "{run}");
    let on = town.call(Method::PUT, &town.of_type("switch"), Some(&first)).await;
    assert_eq!(on.status, 204);
    let listed = town.call(Method::GET, "", None).await.expect(200);
    assert_eq!(listed["data"][0]["is_on"], true);
    let off = json!({ "version": null, "price_after": "start" });
    let off = town.call(Method::PUT, &town.of_type("switch"), Some(&off)).await;
    assert_eq!(off.status, 204, "{}", off.text);
    let listed = town.call(Method::GET, "", None).await.expect(200);
    assert_eq!(listed["data"][0]["is_on"], false);
}

/// Each deed is in the record.
async fn assert_audited(town: &Town) {
    let mut admin = town.app.test_db.admin().await;
    let actions: Vec<String> = sqlx::query_scalar(
        "select action from bilten.audit_entries where tenant_id = $1 and action like 'price_policy.%' order by id",
    )
    .bind(town.nord.id.uuid())
    .fetch_all(&mut admin)
    .await
    .unwrap();
    for wanted in ["added", "simulated", "started", "stopped", "all_stopped"] {
        assert!(
            actions.contains(&format!("price_policy.{wanted}")),
            "{wanted}: {actions:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn organizers_add_try_switch_on_and_stop_in_the_console() {
    let town = Town::open().await;
    let (web, host) = (&town.web, town.nord.host.as_str());
    let owner = Clerk::hire(&town.app, (town.nord.id, host), Role::Owner, None).await;
    let list = format!("/manage/events/{}/prices", town.event);
    let page = format!("{list}/{}", town.ticket_type);
    let shown = web.look(&owner, &list).await.text;
    assert!(shown.contains(&page) && shown.contains("Stands still"), "{shown}");
    let fields = |start: &'static str, curve: &'static str| {
        [
            ("floor", "150"),
            ("start", start),
            ("ceiling", "300"),
            ("step", "10"),
            ("daily", "20"),
            ("hours", "6"),
            ("freeze", "24"),
            ("tolerance", "5"),
            ("curve", curve),
            ("starts", "2031-05-01T12:00"),
            ("notice", "Slowly."),
        ]
    };
    let refused = web.submit(&owner, &page, &fields("100", "30 ten")).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("30 ten"), "what was typed stays");
    let refused = web.submit(&owner, &page, &fields("100", "30 10")).await;
    assert!(refused.text.contains("the first price between"), "{}", refused.text);
    let added = web.submit(&owner, &page, &fields("200", "30 10\n0 100")).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let shown = web.look(&owner, &page).await.text;
    assert!(
        shown.contains("Not tried out") && !shown.contains("Switch version 1 on"),
        "{shown}"
    );
    let first = [("version", "1"), ("source", town.ticket_type.as_str())];
    let untried = web.submit(&owner, &format!("{page}/starts"), &first[..1]).await;
    assert_eq!(untried.status, 303, "{}", untried.text);
    let run = web.submit(&owner, &format!("{page}/simulations"), &first).await;
    assert_eq!(run.status, 303, "{}", run.text);
    let shown = web.look(&owner, &page).await.text;
    assert!(
        shown.contains("Nothing was sold there") && shown.contains("Switch version 1 on"),
        "{shown}"
    );
    web.submit(&owner, &format!("{page}/starts"), &first[..1]).await;
    let shown = web.look(&owner, &list).await.text;
    assert!(shown.contains("Moves by version 1"), "{shown}");
    town.app.advance(SignedDuration::from_hours(3));
    web.run_jobs().await;
    let shown = web.look(&owner, &page).await.text;
    assert!(shown.contains("The price begins to move with demand."), "{shown}");
    let stopped = web.submit(&owner, &format!("{page}/stops"), &[("after", "keep")]).await;
    assert_eq!(stopped.status, 303, "{}", stopped.text);
    let story = web
        .page(host, &format!("/events/concert/prices/{}", town.ticket_type))
        .await
        .text;
    assert!(story.contains("The organizer has stopped the moves."), "{story}");
    web.submit(&owner, &format!("{page}/starts"), &first[..1]).await;
    let all = web.submit(&owner, "/manage/prices/stop", &[("after", "start")]).await;
    assert_eq!(all.status, 303, "{}", all.text);
    assert!(web.look(&owner, &list).await.text.contains("Stands still"));
    assert_audited(&town).await;
    // Who sells at the door may look at no rules.
    let door = Clerk::hire(&town.app, (town.nord.id, host), Role::DoorStaff, None).await;
    assert_eq!(web.look(&door, &list).await.status, 403);
    let foreign = Clerk::hire(&town.app, (town.south.id, &town.south.host), Role::Owner, None).await;
    assert_eq!(web.look(&foreign, &page).await.status, 404);
}
