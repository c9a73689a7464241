//! A client that disconnects leaves neither a transaction nor a tenant on the pooled connection.
//!
//! sqlx 0.9.0 `begin` is not cancel-safe; `Db::begin` is. The second test shows that the first would
//! notice: the same treatment of a plain `begin` leaks.

use bilten_kernel::Ctx;
use bilten_tenancy::Db;
use bilten_tests::{TestApp, report};
use futures_util::future::{Either, select};
use sqlx::{AssertSqlSafe, PgConnection, postgres::PgPoolOptions};

use super::{Dice, turns};

const ROUNDS: u64 = 3_000;
/// Turns of the scheduler after which a request is cancelled, at most; by then most requests are through.
const MOST_TURNS: u64 = 4_000;

/// Rounds after which a leak that does not show is gone.
const PATIENCE: u64 = 30_000;

/// What a request does: opens, reads, commits.
async fn request(db: &Db, ctx: &Ctx) {
    let mut tx = db.begin(ctx).await.unwrap();
    let _: i64 = sqlx::query_scalar("select count(*) from tenant_settings")
        .fetch_one(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Sessions of the application that stand in a transaction although nobody is at work.
pub(super) async fn left_open(admin: &mut PgConnection) -> Vec<String> {
    let mut open = Vec::new();
    // A connection on its way back to the pool is rolled back by a task; give it the time.
    for _ in 0..2_000 {
        open = sqlx::query_scalar(
            "select concat_ws(' ', state, clock_timestamp() - state_change, query) from pg_stat_activity
             where datname = current_database() and usename = 'bilten_app' and xact_start is not null",
        )
        .fetch_all(&mut *admin)
        .await
        .unwrap();
        if open.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    open
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_request_cancelled_at_any_moment_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let mut admin = app.test_db.admin().await;
    for connections in [1, 2] {
        let db = app.test_db.app(connections).await;
        let (alfa, beta) = (app.ctx(&app.alfa), app.ctx(&app.beta));
        let mut dice = Dice(u64::from(connections));
        let mut cancelled = 0;
        for round in 0..ROUNDS {
            let at = turns(dice.below(MOST_TURNS));
            let is_cancelled = if round % 2 == 0 {
                matches!(select(Box::pin(db.begin(&alfa)), Box::pin(at)).await, Either::Right(_))
            } else {
                matches!(
                    select(Box::pin(request(&db, &alfa)), Box::pin(at)).await,
                    Either::Right(_)
                )
            };
            cancelled += u64::from(is_cancelled);
            let mut tx = db.begin(&beta).await.unwrap();
            let seen: (String, Vec<uuid::Uuid>, bool) = sqlx::query_as(
                "select current_setting('bilten.tenant_id'), array(select tenant_id from tenant_settings),
                        transaction_timestamp() > clock_timestamp() - interval '5 seconds'",
            )
            .fetch_one(tx.conn())
            .await
            .unwrap();
            let own = app.beta.id.uuid();
            assert_eq!(
                seen,
                (own.to_string(), vec![own], true),
                "round {round} with {connections} connections"
            );
            drop(tx);
            if round % 250 == 0 {
                assert_eq!(
                    left_open(&mut admin).await,
                    Vec::<String>::new(),
                    "a transaction stays open after round {round}"
                );
            }
        }
        assert_eq!(
            left_open(&mut admin).await,
            Vec::<String>::new(),
            "a transaction stays open"
        );
        assert!(cancelled > 0, "no request was cancelled");
        report(&format!(
            "cancelled begin: {cancelled} of {ROUNDS} requests cancelled on a pool of {connections}, 0 leaks"
        ));
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "the forbidden call is what is shown to leak")]
async fn counted_a_plain_begin_leaks_under_the_same_treatment() {
    let app = TestApp::start().await;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .connect(app.test_db.url("bilten_app").expose())
        .await
        .unwrap();
    let begin = format!("begin; set local bilten.tenant_id = '{}'", app.alfa.id.uuid());
    let mut dice = Dice(1);
    let mut leaks = 0;
    let mut rounds = 0;
    while rounds < ROUNDS || (leaks == 0 && rounds < PATIENCE) {
        rounds += 1;
        let at = turns(dice.below(MOST_TURNS));
        let begun = select(Box::pin(pool.begin_with(AssertSqlSafe(begin.clone()))), Box::pin(at)).await;
        drop(begun);
        let seen: i64 = sqlx::query_scalar("select count(*) from bilten.tenant_settings")
            .fetch_one(&pool)
            .await
            .unwrap();
        leaks += seen;
        sqlx::raw_sql("rollback").execute(&pool).await.unwrap();
    }
    assert!(
        leaks > 0,
        "the test above proves nothing: either its moments no longer hit the gap, or sqlx has closed it and docs/adr/0002 may be thought over"
    );
    report(&format!(
        "plain begin: {leaks} of {rounds} cancelled requests showed a tenant's row to a query without tenant"
    ));
}
