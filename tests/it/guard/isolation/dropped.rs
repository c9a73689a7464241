//! Clients that go away in the middle of a real request, at every await of it.
//!
//! A request is polled a number of times and dropped: while it waits, or when what it waited for has come and
//! nobody has looked at it yet. The number grows until the request is through, so no await is left out.

use std::{future::poll_fn, task::Poll, time::Duration};

use axum::body::Body;
use bilten_kernel::ApiScopes;
use bilten_tests::{Answer, Shopkeeper, TestApp, Web, get_page, post_form, report, web::PASSWORD};
use http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::cancelled::left_open;

/// More polls than any request needs.
const MOST_POLLS: usize = 2_000;
/// Drops of one kind of request that count as a test, and the rounds that are made for them at most.
const ENOUGH: usize = 4;
const MOST_ROUNDS: usize = 1_000;
const PRICE: i64 = 10_000;

/// When a request is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// It waits for something.
    Waiting,
    /// What it waited for has come.
    Woken,
}

/// Polls a request so many times, then drops it; returns its answer if that came before.
async fn drop_after<F: Future>(request: F, polls: usize, moment: Moment) -> Option<F::Output> {
    let mut request = Box::pin(request);
    let mut left = polls;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match request.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if left == 0 && moment == Moment::Waiting => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// What a walk did.
struct Walked {
    /// How often the client went away.
    dropped: usize,
    /// Requests that were sent, those that were through included.
    sent: usize,
}

/// Two shops on two connections.
struct Stage<'a> {
    app: &'a TestApp,
    web: &'a Web,
    shop: Shopkeeper,
    neighbour: Shopkeeper,
    event: String,
    ticket_type: String,
    owner: String,
}

impl<'a> Stage<'a> {
    async fn open(app: &'a TestApp, web: &'a Web) -> Self {
        let shop = web.open_shop(app, "nord", ApiScopes::all()).await;
        let neighbour = web.open_shop(app, "sor", ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&shop, 10_000, PRICE).await;
        web.open_sale(&neighbour, 10, PRICE).await;
        let typed = [("email", "owner@nord.test"), ("password", PASSWORD)];
        let owner = web.form(&shop.host, "/manage/login", &typed).await.session();
        Self {
            app,
            web,
            shop,
            neighbour,
            event,
            ticket_type,
            owner: owner.expect("the owner logs in"),
        }
    }

    /// Sends requests and goes away, until one is through.
    async fn walk(
        &self,
        what: &str,
        make: impl AsyncFn(usize) -> Request<Body>,
        afterwards: impl AsyncFn(usize, Option<Answer>),
    ) -> Walked {
        let mut dropped = 0;
        let mut number = 0;
        // On a busy machine the database answers before the next poll, and a round has few awaits to drop at.
        for moment in [Moment::Waiting, Moment::Woken].into_iter().cycle().take(MOST_ROUNDS) {
            for polls in 1..=MOST_POLLS {
                assert!(polls < MOST_POLLS, "{what} is never through");
                number += 1;
                let request = make(number).await;
                let answer = drop_after(self.web.send(request), polls, moment).await;
                self.expect_clean(what, polls, moment).await;
                let is_through = answer.is_some();
                if let Some(answer) = &answer {
                    assert!(answer.status.as_u16() < 400, "{what}: {}", answer.text);
                }
                afterwards(number, answer).await;
                if is_through {
                    break;
                }
                dropped += 1;
            }
            if dropped >= ENOUGH && moment == Moment::Woken {
                break;
            }
        }
        assert!(dropped >= ENOUGH, "{what} was dropped {dropped} times only");
        Walked { dropped, sent: number }
    }

    /// The neighbour's next query on whichever connection sees the neighbour alone.
    async fn expect_clean(&self, what: &str, polls: usize, moment: Moment) {
        let own = self.neighbour.id.uuid();
        let ctx = self.app.ctx(&self.app.alfa).in_tenant(self.neighbour.id);
        let mut first = self.app.db.begin(&ctx).await.unwrap();
        let seen: (String, Vec<uuid::Uuid>, bool) = sqlx::query_as(
            "select current_setting('bilten.tenant_id'), array(select distinct tenant_id from events),
                    transaction_timestamp() > clock_timestamp() - interval '5 seconds'",
        )
        .fetch_one(first.conn())
        .await
        .unwrap();
        assert_eq!(
            seen,
            (own.to_string(), vec![own], true),
            "{what}, dropped after {polls} polls when {moment:?}"
        );
    }

    async fn hold(&self) -> String {
        let made = self
            .web
            .hold(&self.shop, &self.event, &self.ticket_type, 1)
            .await
            .expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Buys a ticket and returns its code.
    async fn buy(&self, key: &str) -> String {
        let order = self
            .web
            .check_out(&self.shop, &self.hold().await, key)
            .await
            .expect(200);
        order["tickets"][0]["code"].as_str().unwrap().to_owned()
    }

    fn call(&self, path: &str, key: Option<&str>, body: &Value) -> Request<Body> {
        let mut request = Request::post(format!("/api/v1{path}"))
            .header("host", &self.shop.host)
            .header("authorization", format!("Bearer {}", self.shop.key))
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        request.body(Body::from(body.to_string())).unwrap()
    }

    /// Waits until nothing is held in the shop; a hold that nobody knows of would stay for minutes.
    async fn expect_nothing_held(&self, admin: &mut PgConnection, what: &str) {
        let held = "select coalesce(sum(held), 0)::bigint from bilten.capacity_pools where tenant_id = $1";
        let wait = async {
            while sqlx::query_scalar::<_, i64>(held)
                .bind(self.shop.id.uuid())
                .fetch_one(&mut *admin)
                .await
                .unwrap()
                > 0
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        assert!(
            tokio::time::timeout(Duration::from_secs(10), wait).await.is_ok(),
            "{what}: stock of a client that went away stays held"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_pages_dropped_at_every_await_leave_nothing_behind() {
    let app = TestApp::start_with(2).await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let stage = Stage::open(&app, &web).await;
    let mut dropped = 0;
    // Pages with a query are made for each visitor; those without one are answered from memory.
    for (path, cookie) in [
        ("/events/concert?from=mail", None),
        ("/?q=concert", None),
        ("/manage", Some(stage.owner.as_str())),
        ("/manage/orders", Some(stage.owner.as_str())),
    ] {
        let make = async |_| get_page(&stage.shop.host, path, cookie);
        dropped += stage.walk(path, make, async |_, _| {}).await.dropped;
    }
    let mut admin = app.test_db.admin().await;
    assert_eq!(left_open(&mut admin).await, Vec::<String>::new());
    report(&format!(
        "dropped requests: {dropped} pages dropped at every await, 0 leaks"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_carts_dropped_at_every_await_give_their_stock_back() {
    let app = TestApp::start_with(2).await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let stage = Stage::open(&app, &web).await;
    let admin = tokio::sync::Mutex::new(app.test_db.admin().await);
    let wish = json!({ "event_id": stage.event, "items": [{ "ticket_type_id": stage.ticket_type, "quantity": 2 }] });
    let field = format!("qty_{}", stage.ticket_type);

    // Without a key nobody can come back for the cart.
    let make = async |_| stage.call("/carts", None, &wish);
    let by_api = stage
        .walk("POST /carts", make, async |_, answer| {
            if let Some(answer) = answer {
                let path = format!("/carts/{}", answer.json()["id"].as_str().unwrap());
                web.call(&stage.shop, http::Method::DELETE, &path, None)
                    .await
                    .expect(204);
            }
            stage.expect_nothing_held(&mut *admin.lock().await, "POST /carts").await;
        })
        .await
        .dropped;
    let make = async |_| post_form(&stage.shop.host, "/events/concert/carts", None, &[(&field, "2")]);
    let by_form = stage
        .walk("a form without a key", make, async |_, answer| {
            if let Some(answer) = answer {
                let path = format!("{}/abandon", answer.leads_to());
                web.form(&stage.shop.host, &path, &[]).await.leads_to();
            }
            stage.expect_nothing_held(&mut *admin.lock().await, "a form").await;
        })
        .await
        .dropped;

    // With a key the cart waits for the one who sends the form again, and is one cart.
    let key = |number: usize| format!("key-{number:013}");
    let send = |number: usize| {
        let key = key(number);
        let fields = [("request_key", key.as_str()), (field.as_str(), "1")];
        post_form(&stage.shop.host, "/events/concert/carts", None, &fields)
    };
    let with_key = stage
        .walk(
            "a form with a key",
            async |number| send(number),
            async |number, answer| {
                let again = web.send(send(number)).await.leads_to();
                assert!(answer.is_none_or(|first| first.leads_to() == again));
            },
        )
        .await;
    let mut admin = admin.into_inner();
    let carts: i64 = sqlx::query_scalar("select count(*) from bilten.holds where state = 'held'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(
        usize::try_from(carts).unwrap(),
        with_key.sent,
        "a form sent twice made two carts"
    );
    assert_eq!(left_open(&mut admin).await, Vec::<String>::new());
    report(&format!(
        "dropped requests: {by_api} carts by API and {by_form} by form without a key gave their stock back, \
         {} with a key made one cart each, 0 leaks",
        with_key.dropped
    ));
}

/// Buys carts by API; returns how often the buyer went away, and the codes of the tickets.
async fn drop_checkouts(stage: &Stage<'_>) -> (usize, Vec<String>) {
    let (app, web) = (stage.app, stage.web);
    let body = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" }, "payment": { "method": "sandbox" } });
    let carts = std::sync::Mutex::new(Vec::new());
    let codes = std::sync::Mutex::new(Vec::new());
    let make = async |number: usize| {
        let cart = stage.hold().await;
        let request = stage.call(&format!("/carts/{cart}/checkout"), Some(&format!("k{number}")), &body);
        carts.lock().unwrap().push(cart);
        request
    };
    let paid = stage
        .walk("POST /carts/{id}/checkout", make, async |number, _| {
            // The client comes back, as clients do: while the first is thought to be at work, and after that.
            let cart = carts.lock().unwrap().last().unwrap().clone();
            let key = format!("k{number}");
            let mut answer = web.check_out(&stage.shop, &cart, &key).await;
            if answer.status != 200 {
                answer.expect_problem(409, "idempotency_key_in_flight");
                app.advance(SignedDuration::from_secs(121));
                answer = web.check_out(&stage.shop, &cart, &key).await;
            }
            let order = answer.expect(200);
            assert_eq!(order["state"], "paid", "{order}");
            codes
                .lock()
                .unwrap()
                .push(order["tickets"][0]["code"].as_str().unwrap().to_owned());
        })
        .await
        .dropped;
    (paid, codes.into_inner().unwrap())
}

/// Pays by form, which leads to the provider's page, once, however often the form is sent.
async fn drop_pay_forms(stage: &Stage<'_>) -> usize {
    let (app, web) = (stage.app, stage.web);
    let pages = std::sync::Mutex::new(Vec::new());
    let make = async |_| {
        let cart = stage.hold().await.parse().unwrap();
        let checkout = format!("/checkout/{}", web.state.links.cart(stage.shop.id, cart));
        let buyer = [("email", "eva@example.org"), ("name", "Eva")];
        let pay = web.form(&stage.shop.host, &checkout, &buyer).await.leads_to();
        let request = post_form(&stage.shop.host, &pay, None, &[("method", "sandbox")]);
        pages.lock().unwrap().push(pay);
        request
    };
    stage
        .walk("POST /checkout/{cart}/pay", make, async |_, _| {
            let pay = pages.lock().unwrap().last().unwrap().clone();
            let send = async || {
                web.form(&stage.shop.host, &pay, &[("method", "sandbox")])
                    .await
                    .leads_to()
            };
            let mut to = send().await;
            if to == pay {
                app.advance(SignedDuration::from_secs(121));
                to = send().await;
            }
            assert!(to.starts_with("/sandbox/") || to.contains("/sandbox/"), "{to}");
            assert_eq!(send().await, to, "one payment");
        })
        .await
        .dropped
}

/// Shows tickets at the door; returns how often the gate went away.
async fn drop_scans(stage: &Stage<'_>, codes: Vec<String>) -> (usize, usize) {
    let web = stage.web;
    let scanned = std::sync::Mutex::new(Vec::new());
    let codes = std::sync::Mutex::new(codes);
    let send = |number: usize, code: &str| {
        let scan = json!({ "code": code });
        stage.call("/check-ins", Some(&format!("scan-{number}")), &scan)
    };
    let make = async |number| {
        let known = codes.lock().unwrap().pop();
        let code = match known {
            Some(code) => code,
            None => stage.buy(&format!("scan-{number}")).await,
        };
        let request = send(number, &code);
        scanned.lock().unwrap().push(code);
        request
    };
    let dropped = stage
        .walk("POST /check-ins", make, async |number, _| {
            // The gate that lost the answer asks again and is told of its own admission; another gate is not.
            let code = scanned.lock().unwrap().last().unwrap().clone();
            web.send(send(number, &code)).await.expect(200);
            let other = web.send(send(number + 10_000, &code)).await;
            other.expect_problem(409, "already_admitted");
        })
        .await
        .dropped;
    (dropped, scanned.into_inner().unwrap().len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_checkouts_dropped_at_every_await_end_in_one_order() {
    let app = TestApp::start_with(2).await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let stage = Stage::open(&app, &web).await;
    let (paid, codes) = drop_checkouts(&stage).await;
    let forms = drop_pay_forms(&stage).await;
    let bought = codes.len();
    let (dropped, admitted) = drop_scans(&stage, codes).await;
    for _ in 0..3 {
        app.advance(SignedDuration::from_hours(1));
        web.run_jobs().await;
    }
    let mut admin = app.test_db.admin().await;
    let books: (i64, i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select sum(held)::bigint from bilten.capacity_pools), (select sum(sold)::bigint from bilten.capacity_pools),
                (select count(*) from bilten.orders where state = 'paid'), (select count(*) from bilten.tickets where state = 'issued'),
                (select coalesce(sum(amount_minor), 0)::bigint from bilten.payment_attempts where state = 'succeeded'),
                (select count(*) from bilten.check_ins)",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    let orders = i64::try_from(bought.max(admitted)).unwrap();
    let at_the_door = i64::try_from(admitted).unwrap();
    assert_eq!(books, (0, orders, orders, orders, orders * PRICE, at_the_door));
    assert_eq!(left_open(&mut admin).await, Vec::<String>::new());
    report(&format!(
        "dropped requests: {paid} checkouts, {forms} pay forms and {dropped} check-ins dropped at every await; \
         {orders} orders, {orders} tickets and the money for them, held 0, each ticket admitted once"
    ));
}
