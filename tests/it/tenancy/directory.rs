//! What one node changes in the directory, every node knows: by a notice, after a lost connection, and when a
//! look-up was under way at that moment.

use std::time::Duration;

use bilten_kernel::HostName;
use bilten_tenancy::{
    directory::{Directory, TenantStatus},
    lifecycle,
};
use bilten_tests::{Tenant, TestApp, db::run};
use sqlx::PgConnection;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A look-up would be asked again after a minute anyway: what takes so long proves nothing.
const IN_TIME: Duration = Duration::from_secs(30);

async fn status(directory: &Directory, tenant: &Tenant) -> TenantStatus {
    let host: HostName = tenant.host.parse().unwrap();
    directory
        .resolve(&host)
        .await
        .unwrap()
        .expect("the host leads to a tenant")
        .status
}

/// Waits for what another connection brings about.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(IN_TIME, wait).await.is_ok(), "{what}");
}

async fn count(admin: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(admin).await.unwrap()
}

const LISTENERS: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen%'";

#[tokio::test]
async fn every_node_learns_of_a_suspension_and_of_its_end() {
    let app = TestApp::start().await;
    let mut admin = app.test_db.admin().await;
    let near = app.directory.clone();
    let far = Directory::new(app.test_db.platform(2).await);
    let stop = CancellationToken::new();
    let mut following = JoinSet::new();
    for node in [&near, &far] {
        following.spawn(node.clone().follow_changes(stop.clone()));
    }
    until("both nodes listen", async || count(&mut admin, LISTENERS).await == 2).await;
    for node in [&near, &far] {
        assert_eq!(status(node, &app.alfa).await, TenantStatus::Active);
        assert_eq!(status(node, &app.beta).await, TenantStatus::Active);
    }

    let ctx = app.ctx(&app.alfa);
    lifecycle::suspend(&app.platform, &ctx, app.alfa.id, "unpaid")
        .await
        .unwrap();
    for node in [&near, &far] {
        until("a node hears of the suspension", async || {
            status(node, &app.alfa).await == TenantStatus::Suspended
        })
        .await;
        assert_eq!(status(node, &app.beta).await, TenantStatus::Active);
    }
    let third = app.test_db.platform(1).await;
    lifecycle::resume(&third, &ctx, app.alfa.id).await.unwrap();
    for node in [&near, &far] {
        until("a node hears of the end", async || {
            status(node, &app.alfa).await == TenantStatus::Active
        })
        .await;
    }

    // The line is cut, and something changes before anybody can listen again.
    let cut = format!("select pg_terminate_backend(pid) from pg_stat_activity where pid in ({LISTENERS_PIDS})");
    run(&mut admin, &cut).await;
    lifecycle::suspend(&third, &ctx, app.alfa.id, "unpaid").await.unwrap();
    for node in [&near, &far] {
        until("a node whose line was cut looks again", async || {
            status(node, &app.alfa).await == TenantStatus::Suspended
        })
        .await;
    }
    stop.cancel();
    following.join_all().await;
}

const LISTENERS_PIDS: &str =
    "select pid from pg_stat_activity where datname = current_database() and query ilike 'listen%'";

/// Makes every look-up of a tenant stop, after it has taken its snapshot, until lock 4711 is free.
const GATE: [&str; 4] = [
    "alter table platform.tenants rename to tenants_behind",
    "create function platform.gate() returns boolean language plpgsql as $$
     begin perform pg_advisory_lock_shared(4711); perform pg_advisory_unlock_shared(4711); return true; end $$",
    "create view platform.tenants as select * from platform.tenants_behind where platform.gate()",
    "grant select on platform.tenants to bilten_platform",
];

#[tokio::test]
async fn a_look_up_that_was_under_way_does_not_keep_the_old_answer() {
    let app = TestApp::start().await;
    let mut admin = app.test_db.admin().await;
    let mut keeper = app.test_db.admin().await;
    for statement in GATE {
        run(&mut admin, statement).await;
    }
    // A pool of its own: prepared statements of another one would go round the gate.
    let directory = Directory::new(app.test_db.platform(2).await);
    run(&mut keeper, "select pg_advisory_lock(4711)").await;
    let mut asking = JoinSet::new();
    let (asked, tenant) = (directory.clone(), app.alfa.clone());
    asking.spawn(async move { status(&asked, &tenant).await });
    until("the look-up stands at the gate", async || {
        count(
            &mut admin,
            "select count(*) from pg_locks where locktype = 'advisory' and not granted",
        )
        .await
            == 1
    })
    .await;

    run(
        &mut admin,
        &format!(
            "update platform.tenants_behind set status = 'suspended' where id = '{}'",
            app.alfa.id.uuid()
        ),
    )
    .await;
    directory.forget_all();
    run(&mut keeper, "select pg_advisory_unlock(4711)").await;
    assert_eq!(
        asking.join_next().await.unwrap().unwrap(),
        TenantStatus::Active,
        "the look-up read the old state"
    );
    assert_eq!(status(&directory, &app.alfa).await, TenantStatus::Suspended);
    assert_eq!(status(&directory, &app.beta).await, TenantStatus::Active);
}
