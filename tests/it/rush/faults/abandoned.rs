//! Ten thousand carts that nobody pays.

use std::time::{Duration, Instant};

use bilten_core::inventory::{self, HOLD_TTL};
use bilten_kernel::EventId;
use bilten_tests::{TestApp, report};
use futures_util::future::join_all;
use sqlx::PgConnection;

use crate::stock::shop::Shop;

const CARTS: u32 = 10_000;
/// Sweeps within which all places are back; each is bounded, so that no buyer waits long for one.
const MOST_SWEEPS: u32 = 12;
/// Longest that a buyer may wait while thousands of carts are reclaimed for him.
const PATIENCE: Duration = Duration::from_secs(2);

/// Places in carts as the counter has them, not counting for free what has expired.
async fn held(admin: &mut PgConnection, event: EventId) -> i64 {
    sqlx::query_scalar("select held from bilten.capacity_pools where event_id = $1")
        .bind(event.uuid())
        .fetch_one(admin)
        .await
        .unwrap()
}

#[tokio::test]
async fn counted_ten_thousand_abandoned_carts_give_their_places_back() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, i64::from(CARTS)).await;
    let other = Shop::open(&app, &app.beta, 10).await;
    other.hold(1).await.unwrap();
    let began = Instant::now();
    for _ in 0..CARTS / 2_000 {
        let held = join_all((0..2_000).map(|_| shop.hold(1))).await;
        assert!(held.iter().all(Result::is_ok));
    }
    let made = began.elapsed();
    assert!(shop.hold(1).await.is_err(), "everything is in carts");
    app.advance(HOLD_TTL);
    // Nobody has to wait for the sweeper, and nobody pays for all that others left.
    let began = Instant::now();
    let next = shop.hold(4).await;
    let waited = began.elapsed();
    assert!(next.is_ok(), "{next:?}");
    assert!(waited < PATIENCE, "the next buyer waited {waited:?}");
    let (mut sweeps, mut longest) = (0, Duration::ZERO);
    let mut admin = app.test_db.admin().await;
    while held(&mut admin, shop.event).await > 4 {
        assert!(
            sweeps < MOST_SWEEPS,
            "{} places are not back",
            held(&mut admin, shop.event).await
        );
        let began = Instant::now();
        inventory::sweep(&app.db, &shop.ctx()).await.unwrap();
        longest = longest.max(began.elapsed());
        sweeps += 1;
    }
    let states: Vec<(String, i64)> =
        sqlx::query_as("select state, count(*) from bilten.holds where event_id = $1 group by state order by state")
            .bind(shop.event.uuid())
            .fetch_all(&mut admin)
            .await
            .unwrap();
    assert_eq!(
        states,
        [("held".to_owned(), 1), ("released".to_owned(), i64::from(CARTS))]
    );
    let others = held(&mut admin, other.event).await;
    assert_eq!(others, 1, "another tenant's sweep is his own");
    report(&format!(
        "abandoned: {CARTS} carts made in {made:?}; the next buyer waited {waited:?}; all back after {sweeps} sweeps, the longest {longest:?}"
    ));
}
