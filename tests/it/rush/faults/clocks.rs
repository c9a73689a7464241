//! A node whose clock runs five seconds ahead: expiry is decided by two clocks that disagree.

use std::sync::Arc;

use axum::body::Body;
use bilten_core::inventory::HOLD_TTL;
use bilten_kernel::{ApiScopes, Clock, ManualClock, SystemClock};
use bilten_tests::{Setup, TestApp, Web};
use http::Request;
use jiff::SignedDuration;

const SKEW: SignedDuration = SignedDuration::from_secs(5);

async fn readiness(web: &Web) -> (u16, String) {
    let request = Request::get("/readyz").header("host", "10.1.2.3").body(Body::empty());
    let answer = web.send(request.unwrap()).await;
    (answer.status.as_u16(), answer.json()["checks"]["clock"].to_string())
}

/// Runs as far ahead of the machine's clock as a broken one would.
#[derive(Debug)]
struct Ahead;

impl Clock for Ahead {
    fn now(&self) -> bilten_kernel::Timestamp {
        SystemClock.now() + SKEW
    }
}

fn with_clock(app: &TestApp, clock: Arc<dyn Clock>) -> Web {
    let setup = Setup {
        clock: Some(clock),
        ..Setup::default()
    };
    Web::with(app, setup)
}

#[tokio::test]
async fn a_node_whose_clock_is_off_says_that_it_is_not_ready() {
    let app = TestApp::start_at(SystemClock.now(), 4).await;
    assert_eq!(
        readiness(&with_clock(&app, Arc::new(SystemClock))).await,
        (200, "\"ok\"".to_owned())
    );
    assert_eq!(
        readiness(&with_clock(&app, Arc::new(Ahead))).await,
        (503, "\"failed\"".to_owned())
    );
}

/// 64
#[tokio::test]
async fn a_place_is_sold_once_though_two_nodes_disagree_whether_its_cart_has_expired() {
    let app = TestApp::start().await;
    let fast_clock = ManualClock::new(app.now() + SKEW);
    let (slow, fast) = (Web::new(&app), with_clock(&app, Arc::new(fast_clock.clone())));
    let shop = slow.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = slow.open_sale(&shop, 2, 10_000).await;
    let cart = |answer: bilten_tests::Answer| answer.expect(201)["id"].as_str().unwrap().to_owned();
    let lost = cart(slow.hold(&shop, &event, &ticket_type, 1).await);
    let paying = cart(slow.hold(&shop, &event, &ticket_type, 1).await);
    // Two seconds before the end by the slow clock; three after it by the fast one.
    let almost = HOLD_TTL - SignedDuration::from_secs(2);
    app.advance(almost);
    fast_clock.advance(almost);
    slow.check_out(&shop, &paying, "in-time").await.expect(200);
    let taken = cart(fast.hold(&shop, &event, &ticket_type, 1).await);
    // Whoever was told by the slow node that he still has time is told now that he has not: nobody is charged.
    slow.check_out(&shop, &lost, "too-late")
        .await
        .expect_problem(409, "cart_expired");
    fast.hold(&shop, &event, &ticket_type, 1)
        .await
        .expect_problem(409, "sold_out");
    fast.check_out(&shop, &taken, "taken").await.expect(200);
    // The other way round: what the fast node holds is not over for the slow one.
    let mut admin = app.test_db.admin().await;
    let books: (i64, i64, i64, i64) = sqlx::query_as(
        "select (select sum(held)::bigint from bilten.capacity_pools), (select sum(sold)::bigint from bilten.capacity_pools),
                (select count(*) from bilten.tickets where state = 'issued'),
                (select coalesce(sum(amount_minor), 0)::bigint from bilten.payment_attempts where state = 'succeeded')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(books, (0, 2, 2, 20_000));
}
