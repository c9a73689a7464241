//! Numbers and secrets that must be kept nowhere, pushed through every face of the program as it is installed. Afterwards
//! neither its log, at the most talkative, nor any row holds one of them.

use std::{fs, path::PathBuf};

use bilten_kernel::{ApiScopes, Clock as _, SystemClock};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Program, Shopkeeper, TestApp, Web};
use data_encoding::HEXLOWER;
use reqwest::{RequestBuilder, redirect::Policy};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _};

/// The root of all keys that `Web` uses, as a setting.
const MASTER_KEY: &str = "0505050505050505050505050505050505050505050505050505050505050505";
const CARD: &str = "4242424242424242";
const SPACED_CARD: &str = "5555 5555 5555 4444";
const IBAN: &str = "NO9386011117947";
const CLIENT_SECRET: &str = "pi_3Canary_secret_Zq9Canary";
const WEBHOOK_SECRET: &str = "whsec_Canary0123456789";

struct Stage {
    app: TestApp,
    web: Web,
    shop: Shopkeeper,
    clerk: Clerk,
    event: String,
    ticket_type: String,
    /// Code of a ticket that was sold.
    code: String,
    data: PathBuf,
}

impl Stage {
    async fn set_up() -> Self {
        let app = TestApp::start_at(SystemClock.now(), 6).await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&shop, 50, 10_000).await;
        let cart = web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
        let sold = web
            .check_out(&shop, cart["id"].as_str().unwrap(), "canary")
            .await
            .expect(200);
        let code = sold["tickets"][0]["code"].as_str().unwrap().to_owned();
        Self {
            clerk: Clerk::hire(&app, (shop.id, &shop.host), Role::Owner, None).await,
            data: web.state.config.data_dir.clone(),
            app,
            web,
            shop,
            event,
            ticket_type,
            code,
        }
    }

    /// Everything that must be found nowhere.
    fn canaries(&self) -> Vec<String> {
        let secrets = self.web.state.sandbox.webhook_secrets(self.shop.id);
        let mut all: Vec<String> = [
            CARD,
            SPACED_CARD,
            IBAN,
            CLIENT_SECRET,
            WEBHOOK_SECRET,
            &self.code,
            &self.shop.key,
        ]
        .map(str::to_owned)
        .to_vec();
        all.push(SPACED_CARD.replace(' ', ""));
        all.extend(secrets.iter().map(|secret| HEXLOWER.encode(secret.expose())));
        all
    }

    /// What is pushed by hands that may type anything; our own secrets are known to nobody.
    fn pushed(&self) -> [&str; 6] {
        [CARD, SPACED_CARD, IBAN, CLIENT_SECRET, WEBHOOK_SECRET, &self.code]
    }

    /// Every row of every table, as text.
    async fn rows(&self) -> Vec<(String, String)> {
        let mut admin = self.app.test_db.admin().await;
        let tables =
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('bilten', 'platform')";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut admin).await.unwrap();
        let mut all = Vec::new();
        for table in tables {
            let query = format!("select t::text from {table} t");
            let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(query))
                .fetch_all(&mut admin)
                .await
                .unwrap();
            all.extend(rows.into_iter().map(|row| (table.clone(), row)));
        }
        admin.close().await.unwrap();
        all
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.data).ok();
    }
}

/// Somebody who sends whatever he likes to the running program.
struct Stranger<'a> {
    stage: &'a Stage,
    base: String,
    client: reqwest::Client,
    answers: usize,
}

impl Stranger<'_> {
    fn get(&self, path: &str) -> RequestBuilder {
        self.client
            .get(format!("{}{path}", self.base))
            .header("host", &self.stage.shop.host)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client
            .post(format!("{}{path}", self.base))
            .header("host", &self.stage.shop.host)
            .header("sec-fetch-site", "same-origin")
    }

    async fn send(&mut self, request: RequestBuilder) -> (u16, String) {
        let answer = request.send().await.expect("the program answers");
        let status = answer.status().as_u16();
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        let location = location.unwrap_or_default().to_owned();
        assert_ne!(status, 500, "{}", answer.text().await.unwrap_or_default());
        self.answers += 1;
        (status, location)
    }

    /// Through queries, paths and headers of pages, which anybody can call.
    async fn push_into_pages(&mut self, text: &str) {
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for path in ["/", "/events/concert", "/manage/login", "/api/v1/orders", "/nowhere"] {
            let with_query = format!("{path}?card={encoded}&code={encoded}&{encoded}");
            let request = self
                .get(&with_query)
                .header("referer", format!("https://example.org/?q={encoded}"));
            let request = request.header("cookie", format!("session={encoded}; {encoded}=1"));
            self.send(
                request
                    .header("user-agent", text)
                    .header("authorization", format!("Bearer {text}")),
            )
            .await;
        }
        for path in [
            "/orders/",
            "/checkout/",
            "/sandbox/",
            "/events/",
            "/media/",
            "/waiting-list/",
        ] {
            let request = self.get(&format!("{path}{encoded}"));
            self.send(request).await;
        }
        // What a stranger calls his request is the one thing of his that is logged.
        if text != self.stage.code {
            let request = self
                .get("/api/v1/orders")
                .header("x-request-id", text.replace(' ', "-"));
            self.send(request).await;
        }
    }

    /// Through the forms of a purchase.
    async fn push_into_checkout(&mut self, text: &str) {
        let quantity = format!("qty_{}", self.stage.ticket_type);
        let wish = [
            (quantity.as_str(), "1"),
            ("promo", text),
            ("promo_code", text),
            ("request_key", "0123456789abcdef"),
        ];
        let (_, cart) = self.send(self.post("/events/concert/carts").form(&wish)).await;
        let cart = if cart.starts_with("/checkout/") {
            cart
        } else {
            let plain = [(quantity.as_str(), "1"), ("request_key", "fedcba9876543210")];
            self.send(self.post("/events/concert/carts").form(&plain)).await.1
        };
        assert!(cart.starts_with("/checkout/"), "{cart}");
        let is_number = bilten_kernel::holds_number(text);
        if is_number {
            let typed = [("email", "ada@example.org"), ("name", text), ("card", text)];
            let (status, _) = self.send(self.post(&cart).form(&typed)).await;
            assert_eq!(status, 422, "{text} is no name");
        }
        let typed = [("email", text), ("name", "Ada"), ("card", text), ("cvc", "123")];
        self.send(self.post(&cart).form(&typed)).await;
        let details = [("email", "ada@example.org"), ("name", "Ada"), ("card", text)];
        let (_, pay) = self.send(self.post(&cart).form(&details)).await;
        let work = [
            ("method", text),
            ("challenge", text),
            ("salt", text),
            ("signature", text),
            ("number", text),
        ];
        self.send(self.post(&pay).form(&work)).await;
        let (_, sandbox) = self
            .send(self.post(&pay).form(&[("method", "sandbox"), ("card", text)]))
            .await;
        self.send(self.post(&sandbox).form(&[("outcome", text), ("card", text)]))
            .await;
        let (_, back) = self
            .send(self.post(&sandbox).form(&[("outcome", "decline"), ("card", text)]))
            .await;
        self.send(self.get(&format!("{back}?payment_intent_client_secret={text}")))
            .await;
        let wait = [
            ("email", "a@example.org"),
            ("name", text),
            ("type", text),
            ("party", text),
        ];
        if is_number {
            self.send(self.post("/events/concert/waiting-list").form(&wait)).await;
        }
    }

    /// Through the API, with a key that is right.
    async fn push_into_api(&mut self, text: &str) {
        let key = &self.stage.shop.key.clone();
        let cart = json!({ "event_id": text, "items": [], "card": text });
        let items = json!([{ "ticket_type_id": self.stage.ticket_type, "quantity": 1 }]);
        let promo = json!({ "event_id": self.stage.event, "items": items, "promo_code": text });
        let buyer =
            |name: &str| json!({ "buyer": { "email": "a@example.org", "name": name }, "payment": { "method": text } });
        let scan = json!({ "code": text, "gate": "North" });
        let bodies: Vec<(&str, Value)> = vec![
            ("/api/v1/carts", cart),
            ("/api/v1/carts", promo),
            ("/api/v1/carts/crt_00000000000000000000000000/checkout", buyer("Ada")),
            ("/api/v1/carts/crt_00000000000000000000000000/checkout", buyer(text)),
            ("/api/v1/check-ins", scan),
            ("/api/v1/events", json!({ "starts_at": text, "time_zone": text })),
        ];
        for (number, (path, body)) in bodies.into_iter().enumerate() {
            let key_of_request = format!("canary-{number}-{}", self.answers);
            let request = self
                .post(path)
                .bearer_auth(key)
                .header("idempotency-key", key_of_request)
                .json(&body);
            self.send(request).await;
        }
        let broken = self
            .post("/api/v1/carts")
            .bearer_auth(key)
            .header("content-type", "application/json");
        self.send(broken.body(format!("{{\"card\": {text}"))).await;
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let request = self
            .get(&format!("/api/v1/orders?cursor={encoded}&limit={encoded}"))
            .bearer_auth(key);
        self.send(request).await;
    }

    /// Through webhooks and the console.
    async fn push_into_the_rest(&mut self, text: &str) {
        for path in ["/webhooks/sandbox", "/webhooks/stripe"] {
            let body = json!({ "id": text, "type": "payment", "payment": text, "client_secret": text }).to_string();
            let header = format!("t=1,v1={}", text.replace(' ', ""));
            let request = self
                .post(path)
                .header("sandbox-signature", header.clone())
                .header("stripe-signature", header);
            self.send(request.body(body)).await;
        }
        self.send(self.post("/manage/login").form(&[("email", text), ("password", text)]))
            .await;
        let clerk = self.stage.clerk.clone();
        let scan = format!("/manage/events/{}/check-in", self.stage.event);
        let typed = [("code", text), ("gate", "North"), ("csrf", clerk.csrf.as_str())];
        self.send(
            self.post(&scan)
                .header("cookie", format!("session={}", clerk.cookie))
                .form(&typed),
        )
        .await;
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let request = self
            .get(&format!("/manage/orders?q={encoded}"))
            .header("cookie", format!("session={}", clerk.cookie));
        self.send(request).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counted_no_number_of_a_card_and_no_secret_is_logged_or_kept_whatever_is_pushed_through_any_face() {
    let stage = Stage::set_up().await;
    let urls = [
        stage.app.test_db.url("bilten_app"),
        stage.app.test_db.url("bilten_platform"),
    ];
    let settings = [
        ("BILTEN_DATABASE_APP_URL", urls[0].expose().as_str()),
        ("BILTEN_DATABASE_PLATFORM_URL", urls[1].expose().as_str()),
        ("BILTEN_MASTER_KEY", MASTER_KEY),
        ("BILTEN_LOG", "trace"),
    ];
    let program = Program::serve(&stage.data, &settings).await;
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none());
    let mut stranger = Stranger {
        base: format!("http://{}", program.address()),
        client: client.build().expect("a client"),
        stage: &stage,
        answers: 0,
    };
    for text in stage.pushed() {
        stranger.push_into_pages(text).await;
        stranger.push_into_checkout(text).await;
        stranger.push_into_api(text).await;
        stranger.push_into_the_rest(text).await;
    }
    let answers = stranger.answers;
    program.kill().await;

    let log = fs::read_to_string(stage.data.join("log")).expect("the program logs");
    assert!(
        log.contains("[card]") && log.contains("[key]"),
        "nothing was taken out of {} bytes",
        log.len()
    );
    for canary in stage.canaries() {
        let line = log.lines().find(|line| line.contains(&canary));
        assert_eq!(line, None, "logged: {canary}");
    }
    let rows = stage.rows().await;
    for canary in stage.canaries() {
        let kept = rows.iter().find(|(_, row)| row.contains(&canary));
        assert_eq!(kept, None, "kept: {canary}");
    }
    bilten_tests::report(&format!(
        "canaries: {answers} requests, {} lines of log, {} rows, none of {} numbers and secrets found",
        log.lines().count(),
        rows.len(),
        stage.canaries().len()
    ));
}
