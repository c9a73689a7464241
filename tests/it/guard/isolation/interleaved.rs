//! Fifty tenants share two connections while requests are dropped, panic, time out and roll back:
//! every answer holds its own tenant's marker and no other.

use std::sync::Arc;

use bilten_kernel::Ctx;
use bilten_tenancy::{Db, TenantTx};
use bilten_tests::{TestApp, report};
use futures_util::future::select;
use tokio::task::JoinSet;

use super::{Dice, turns};

const TENANTS: u64 = 50;
const TASKS: u64 = 12;
const ACTIONS: u64 = 250;

/// Reads what the connection shows and compares it with the only tenant it may show.
async fn read_own(tx: &mut TenantTx) {
    let own = tx.tenant().uuid();
    let seen: Vec<(uuid::Uuid, String)> = sqlx::query_as("select tenant_id, name from tenant_settings")
        .fetch_all(tx.conn())
        .await
        .unwrap();
    assert_eq!(seen, [(own, format!("marker {own}"))]);
}

/// Reads with turns between, so that a drop can fall anywhere.
async fn slow_request(db: &Db, ctx: &Ctx) {
    let mut tx = db.begin(ctx).await.unwrap();
    read_own(&mut tx).await;
    turns(3).await;
    read_own(&mut tx).await;
    tx.commit().await.unwrap();
}

async fn execute(tx: &mut TenantTx, statement: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(tx.conn())
        .await
        .map(drop)
}

/// One of the ways in which a request may end.
async fn act(db: &Db, ctx: &Ctx, other: &Ctx, dice: &mut Dice) {
    let action = dice.below(8);
    if action == 0 {
        select(Box::pin(slow_request(db, ctx)), Box::pin(turns(dice.below(120)))).await;
        return;
    }
    let mut tx = db.begin(ctx).await.unwrap();
    read_own(&mut tx).await;
    match action {
        1 => tx.rollback().await.unwrap(),
        2 => drop(tx),
        // Unwinds as a panic does, without the noise of the hook.
        3 => std::panic::resume_unwind(Box::new("a handler panicked")),
        4 => {
            execute(&mut tx, "savepoint deeper").await.unwrap();
            execute(
                &mut tx,
                &format!("set local bilten.tenant_id = '{}'", other.tenant.uuid()),
            )
            .await
            .unwrap();
            execute(&mut tx, "rollback to savepoint deeper").await.unwrap();
            read_own(&mut tx).await;
            tx.commit().await.unwrap();
        }
        5 => {
            execute(&mut tx, "set local statement_timeout = '1ms'").await.unwrap();
            execute(&mut tx, "select pg_sleep(5)").await.unwrap_err();
            drop(tx);
        }
        6 => {
            // As injected SQL might: for the session, not for the transaction.
            execute(
                &mut tx,
                &format!("set session bilten.tenant_id = '{}'", other.tenant.uuid()),
            )
            .await
            .unwrap();
            tx.commit().await.unwrap();
        }
        _ => tx.commit().await.unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_fifty_tenants_on_two_connections_see_only_themselves() {
    let app = TestApp::start().await;
    let db = app.test_db.app(2).await;
    let mut contexts = Vec::new();
    for number in 0..TENANTS {
        let tenant = app.add_tenant(&format!("t{number}")).await;
        let ctx = app.ctx(&tenant);
        let mut tx = db.begin(&ctx).await.unwrap();
        let marker = format!("marker {}", tenant.id.uuid());
        sqlx::query("update tenant_settings set name = $1")
            .bind(marker)
            .execute(tx.conn())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        contexts.push(ctx);
    }
    let contexts = Arc::new(contexts);
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (db, contexts) = (db.clone(), Arc::clone(&contexts));
        tasks.spawn(async move {
            let mut dice = Dice(task);
            let mut panics = 0;
            for _ in 0..ACTIONS {
                let pick = |dice: &mut Dice| contexts[usize::try_from(dice.below(TENANTS)).unwrap()].clone();
                let (ctx, other) = (pick(&mut dice), pick(&mut dice));
                let (db, mut own) = (db.clone(), Dice(dice.below(u64::MAX)));
                let mut request = JoinSet::new();
                request.spawn(async move { act(&db, &ctx, &other, &mut own).await });
                match request.join_next().await.unwrap() {
                    Ok(()) => {}
                    Err(error) => {
                        let reason = error.into_panic();
                        assert!(reason.is::<&str>(), "a request saw what is not its own");
                        panics += 1;
                    }
                }
            }
            panics
        });
    }
    let panics: u64 = tasks.join_all().await.into_iter().sum();
    assert!(panics > 0, "no request panicked");
    report(&format!(
        "interleaving: {} requests of {TENANTS} tenants on 2 connections, {panics} of them ended by a panic, each saw itself alone",
        TASKS * ACTIONS
    ));
}
