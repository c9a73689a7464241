//! Closed periods stay what they were.

use bilten_billing::ledger::{self, CloseError, Code, Slot};
use bilten_tests::{TestApp, report};
use jiff::SignedDuration;

use super::{account, assert_proven, balance, post, roll_up, transfer};

const PAIR: (Code, Code) = (Code::Bank, Code::CashBox);

async fn as_of(app: &TestApp, slot: Slot) -> i64 {
    let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
    ledger::balance_as_of(&mut tx, &account(Code::Bank), slot)
        .await
        .unwrap()
        .minor
}

async fn close(app: &TestApp, slot: Slot) -> Result<(), CloseError> {
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    ledger::close(&mut tx, &ctx, slot).await?;
    tx.commit().await.unwrap();
    Ok(())
}

#[tokio::test]
async fn counted_figures_of_a_closed_period_never_change() {
    let app = TestApp::start().await;
    let begin = app.now();
    for n in 0..10 {
        post(&app, &app.alfa, &transfer(&format!("{n}"), app.now(), PAIR, 1 << n))
            .await
            .unwrap();
        app.advance(SignedDuration::from_mins(15));
    }
    let edge = |n: i64| Slot::floor(begin + SignedDuration::from_mins(15 * n));
    // Rolled up in part, wholly, or not at all: the figures are the same.
    for _ in 0..3 {
        for n in 0..=10 {
            assert_eq!(as_of(&app, edge(n)).await, (1 << n) - 1, "after {n} quarters");
        }
        roll_up(&app, &app.alfa, 4).await;
    }
    assert!(matches!(close(&app, edge(11)).await, Err(CloseError::NotOver)));
    close(&app, edge(6)).await.unwrap();
    close(&app, edge(6)).await.unwrap();
    // News of a closed time.
    let late = transfer("late", begin, PAIR, 1 << 20);
    post(&app, &app.alfa, &late).await.unwrap();
    roll_up(&app, &app.alfa, 100).await;
    for n in 0..=6 {
        assert_eq!(as_of(&app, edge(n)).await, (1 << n) - 1, "closed");
    }
    assert_eq!(
        as_of(&app, edge(7)).await,
        (1 << 20) + (1 << 7) - 1,
        "it is booked when the open period begins"
    );
    assert_eq!(balance(&app, &app.alfa, Code::Bank).await, (1 << 20) + (1 << 10) - 1);
    let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
    let found = ledger::find(&mut tx, late.head().kind, "late").await.unwrap().unwrap();
    assert_eq!(found.head().at, begin, "when it happened stays on record");
    // Another tenant's periods are its own.
    post(&app, &app.beta, &late).await.unwrap();
    let (txns, _) = assert_proven(&app, &app.alfa).await;
    report(&format!(
        "ledger: as-of figures of 11 instants, {txns} transactions, one of them late: none changed after the closing"
    ));
}

#[tokio::test]
async fn a_closing_is_sealed_when_everybody_who_began_before_is_done() {
    let app = TestApp::start().await;
    let edge = Slot::floor(app.now());
    let ctx = app.ctx(&app.alfa);
    let mut early = app.db.begin(&ctx).await.unwrap();
    ledger::post(
        &mut early,
        &ctx,
        &transfer("early", app.now() - SignedDuration::from_mins(1), PAIR, 5),
    )
    .await
    .unwrap();
    close(&app, edge).await.unwrap();
    let is_sealed = async || {
        let mut tx = app.db.begin(&ctx).await.unwrap();
        ledger::is_sealed(&mut tx, edge).await.unwrap()
    };
    assert!(!is_sealed().await, "somebody may still book into it");
    early.commit().await.unwrap();
    // Transactions of other databases on the server count as well.
    while !is_sealed().await {
        tokio::task::yield_now().await;
    }
    assert_eq!(as_of(&app, edge).await, 5);
}
