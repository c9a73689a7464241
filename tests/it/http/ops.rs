//! Running it: probes, figures, limits, stopping, and what is said when something breaks.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use bilten_api::{
    config::Config,
    http::{self as faces, metrics},
    telemetry,
};
use bilten_kernel::{ApiScopes, SystemClock};
use bilten_tests::{
    Answer, Served, Setup, Shopkeeper, TestApp, Web,
    db::run,
    fakes::{Call, Fault, provider::PANIC_TEXT},
};
use http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::task::JoinSet;

async fn probe(web: &Web, path: &str) -> Answer {
    let request = Request::get(path).header("host", "10.1.2.3").body(Body::empty());
    web.send(request.unwrap()).await
}

/// Checks that the probe refuses for this reason alone.
async fn expect_not_ready(web: &Web, why: &[&str]) {
    let answer = probe(web, "/readyz").await;
    let found = answer.expect(503);
    assert_eq!(found["status"], "failed");
    for (name, word) in found["checks"].as_object().unwrap() {
        let is_expected = why.contains(&name.as_str());
        assert_eq!(word == "failed", is_expected, "{found}");
    }
    assert!(!answer.text.contains("postgres"), "{}", answer.text);
    assert_eq!(probe(web, "/livez").await.status, 200, "it lives all the same");
}

/// The application with the clock of the machine, which is also the database's.
fn on_time(app: &TestApp) -> Web {
    let setup = Setup {
        clock: Some(Arc::new(SystemClock)),
        ..Setup::default()
    };
    Web::with(app, setup)
}

#[tokio::test]
async fn a_node_is_ready_only_with_all_that_it_needs() {
    let app = TestApp::start().await;
    let mut admin = app.test_db.admin().await;
    let web = on_time(&app);
    let ready = probe(&web, "/readyz").await.expect(200);
    assert_eq!(
        ready,
        json!({ "status": "ok", "checks": { "stopping": "ok", "database": "ok", "clock": "ok", "migrations": "ok", "worker": "ok" } })
    );
    // The clock of tests stands years ahead of the database's.
    expect_not_ready(&Web::new(&app), &["clock"]).await;
    run(&mut admin, "comment on schema bilten is 'migration 1'").await;
    expect_not_ready(&web, &["migrations"]).await;
    run(&mut admin, "comment on schema bilten is null").await;
    expect_not_ready(&web, &["migrations"]).await;
    run(&mut admin, "comment on schema bilten is 'migration 999999'").await;
    probe(&web, "/readyz").await.expect(200);
    web.state.stop.cancel();
    expect_not_ready(&web, &["stopping"]).await;
    app.db.close().await;
    expect_not_ready(&on_time(&app), &["database", "clock", "migrations"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_and_probes_lie_on_a_listener_of_their_own() {
    let figures = metrics::install();
    let app = TestApp::start().await;
    let web = on_time(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    web.open_sale(&shop, 10, 0).await;
    assert_eq!(web.page(&shop.host, "/events/concert").await.status, 200);
    let public = web.page(&shop.host, "/metrics").await;
    assert_eq!(public.status, 404, "visitors see no figures");
    assert_eq!(web.page("10.1.2.3", "/metrics").await.status, 404);

    // As `bilten serve` and `bilten worker` have it.
    let served = Served::start_app(faces::backstage(web.state.clone(), figures)).await;
    let get = async |path: &str| {
        let answer = served
            .client
            .get(format!("http://{}{path}", served.address))
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(get("/livez").await, (200, "ok".to_owned()));
    assert_eq!(get("/readyz").await.0, 200);
    let (status, text) = get("/metrics").await;
    assert_eq!(status, 200);
    for figure in [
        r#"http_requests_total{method="GET",route="/events/{slug}",status="200"}"#,
        r#"http_request_duration_seconds_bucket{method="POST",route="/api/v1/events",le="10"}"#,
        "http_requests_in_flight",
    ] {
        assert!(text.contains(figure), "{figure} is missing in {text}");
    }
    for told in ["nord", "concert", &shop.id.to_string()] {
        assert!(!text.contains(told), "the figures name {told}: {text}");
    }
    for path in ["/", "/manage", "/events/concert", "/api/v1/events"] {
        assert_eq!(get(path).await.0, 404, "{path} is for visitors");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_compressed_for_those_who_ask() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    web.open_sale(&shop, 10, 0).await;
    let get = async |encoding: &str| {
        let request = Request::get("/events/concert")
            .header("host", &shop.host)
            .header("accept", "text/html")
            .header("accept-encoding", encoding);
        web.send(request.body(Body::empty()).unwrap()).await
    };
    let plain = get("identity").await;
    assert!(!plain.headers.contains_key("content-encoding") && plain.text.contains("</html>"));
    for encoding in ["gzip", "br"] {
        let packed = get(encoding).await;
        assert_eq!(packed.status, 200);
        assert_eq!(packed.headers["content-encoding"], encoding);
        assert!(packed.headers["vary"].to_str().unwrap().contains("accept-encoding"));
        assert!(!packed.text.contains("</html>") && packed.text.len() < plain.text.len());
    }
}

/// A shop with a cart, whose payment a test lets go wrong.
async fn with_cart(app: &TestApp, web: &Web) -> (Shopkeeper, String) {
    let shop = web.open_shop(app, "nord", ApiScopes::all()).await;
    let (event, standing) = web.open_sale(&shop, 10, 10_000).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap().to_owned();
    (shop, cart)
}

/// Waits until no session of the application stands in a transaction.
async fn expect_no_transaction(app: &TestApp) {
    let mut admin = app.test_db.admin().await;
    let wait = async {
        let open = "select count(*) from pg_stat_activity
                    where datname = current_database() and usename = 'bilten_app' and xact_start is not null";
        while sqlx::query_scalar::<_, i64>(open).fetch_one(&mut admin).await.unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(20), wait).await.is_ok(),
        "a transaction stays open"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_ended_and_can_be_sent_again() {
    let app = TestApp::start().await;
    let (web, line) = Web::with_line(&app, &[("BILTEN_REQUEST_TIMEOUT_S", "1")]);
    let (shop, cart) = with_cart(&app, &web).await;
    line.fail_next(Call::Create, Fault::DieBefore);
    let late = web.check_out(&shop, &cart, "k").await;
    late.expect_problem(504, "timeout");
    expect_no_transaction(&app).await;
    app.advance(SignedDuration::from_secs(121));
    assert_eq!(web.check_out(&shop, &cart, "k").await.expect(200)["state"], "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_an_answer_that_tells_nothing_but_its_number() {
    let figures = metrics::install();
    let app = TestApp::start().await;
    let (web, line) = Web::with_line(&app, &[]);
    let (shop, cart) = with_cart(&app, &web).await;
    line.fail_next(Call::Create, Fault::Panic);
    let answer = web.check_out(&shop, &cart, "k").await;
    answer.expect_problem(500, "internal_error");
    let tell_tales = [PANIC_TEXT, "panic", ".rs", "bilten"];
    let told = |answer: &Answer| {
        let all = format!("{:?}{}", answer.headers, answer.text).to_lowercase();
        tell_tales.into_iter().find(|word| all.contains(word))
    };
    assert_eq!(told(&answer), None, "{}", answer.text);
    expect_no_transaction(&app).await;
    app.advance(SignedDuration::from_secs(121));
    web.check_out(&shop, &cart, "k").await.expect(200);

    // The same for a person, in the shop's look.
    let (event, standing) = (web.open_sale(&shop, 10, 10_000)).await;
    let cart = web.hold(&shop, &event, &standing, 1).await.expect(201);
    let cart = cart["id"].as_str().unwrap().parse().unwrap();
    let checkout = format!("/checkout/{}", web.state.links.cart(shop.id, cart));
    let buyer = [("email", "eva@example.org"), ("name", "Eva")];
    let pay = web.form(&shop.host, &checkout, &buyer).await.leads_to();
    line.fail_next(Call::Create, Fault::Panic);
    let page = web.form(&shop.host, &pay, &[("method", "sandbox")]).await;
    assert_eq!(page.status, 500);
    assert_eq!(told(&page), None, "{}", page.text);
    let number = page.headers["x-request-id"].to_str().unwrap();
    assert!(
        page.text.contains(number) && page.text.contains("nord shop"),
        "{}",
        page.text
    );
    assert!(figures.render().contains("http_panics_total 2"), "{}", figures.render());
    expect_no_transaction(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_flight_is_answered_while_the_server_stops() {
    let app = TestApp::start().await;
    let (web, line) = Web::with_line(&app, &[]);
    let (shop, cart) = with_cart(&app, &web).await;
    let mut served = Served::start(&web).await;
    let (address, stop, client) = (served.address, served.stop.clone(), served.client.clone());
    line.fail_next(Call::Create, Fault::Stall);
    let mut requests = JoinSet::new();
    let body = json!({ "buyer": { "email": "ada@example.org", "name": "Ada" }, "payment": { "method": "sandbox" } });
    requests.spawn(async move {
        let request = client
            .post(format!("http://{address}/api/v1/carts/{cart}/checkout"))
            .header("host", &shop.host)
            .header("idempotency-key", "k")
            .bearer_auth(&shop.key)
            .json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    });
    line.stalled().await;
    stop.cancel();
    // Nobody new is let in.
    let refused = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(5), refused).await.is_ok(),
        "the port is closed"
    );
    line.let_go();
    let (status, order) = requests.join_next().await.unwrap().unwrap();
    assert_eq!((status, &order["state"]), (200, &json!("paid")), "{order}");
    assert!(
        tokio::time::timeout(Duration::from_secs(5), served.ended())
            .await
            .is_ok(),
        "the server ends as soon as the last answer is out"
    );
}

#[test]
fn a_dead_collector_of_traces_hurts_nobody() {
    // A port that was free a moment ago: nobody listens there.
    let dead = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let settings = |name: &str| match name {
        "BILTEN_OTLP_ENDPOINT" => Some(format!("http://{dead}")),
        "BILTEN_LOG" => Some("off".to_owned()),
        _ => None,
    };
    let telemetry = telemetry::install(&Config::read(settings).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let app = TestApp::start().await;
        let web = Web::new(&app);
        let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
        web.open_sale(&shop, 10, 0).await;
        for _ in 0..200 {
            assert_eq!(web.page(&shop.host, "/events/concert").await.status, 200);
        }
    });
    drop(runtime);
    let started = std::time::Instant::now();
    telemetry.finish();
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}
