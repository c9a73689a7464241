//! Many at once: posters, roll-ups that die, and takers from guarded accounts.

use bilten_billing::ledger::{self, Code, PostError};
use bilten_tests::{TestApp, report};

use super::{assert_proven, balance, post, roll_up, transfer};

const PAIR: (Code, Code) = (Code::Bank, Code::CashBox);
const POSTERS: i64 = 8;
const EACH: i64 = 25;

/// Balance is what was posted, whoever reads it when; roll-ups run beside, and half of them die before they commit.
#[tokio::test]
async fn counted_balances_are_right_at_every_moment_however_late_the_roll_up_is() {
    let app = TestApp::start_with(16).await;
    let posters = (0..POSTERS).map(|poster| {
        let app = &app;
        async move {
            for n in 0..EACH {
                let txn = transfer(&format!("{poster}/{n}"), app.now(), PAIR, 1);
                post(app, &app.alfa, &txn).await.unwrap();
            }
        }
    });
    let mut looks = 0;
    let readers = async {
        let mut seen = 0;
        while seen < POSTERS * EACH {
            let now = balance(&app, &app.alfa, Code::Bank).await;
            assert!(now >= seen, "a balance went back from {seen} to {now}");
            seen = now;
            looks += 1;
        }
    };
    let mut dead = 0;
    let rollers = async {
        for round in 0..40 {
            if round % 2 == 0 {
                let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
                ledger::roll_up(&mut tx, 7).await.unwrap();
                tx.rollback().await.unwrap();
                dead += 1;
            } else {
                // Two at once: one has the cursor.
                tokio::join!(roll_up(&app, &app.alfa, 7), roll_up(&app, &app.alfa, 11));
            }
        }
    };
    tokio::join!(futures_util::future::join_all(posters), readers, rollers);
    while roll_up(&app, &app.alfa, 50).await {}
    let (txns, _) = assert_proven(&app, &app.alfa).await;
    assert_eq!(txns, POSTERS * EACH);
    assert_eq!(balance(&app, &app.alfa, Code::Bank).await, POSTERS * EACH);
    report(&format!(
        "ledger: {txns} transactions by {POSTERS} posters, {looks} looks at the balance, 40 roll-ups of which {dead} died: no look was wrong"
    ));
}

/// 64 clerks want to spend 10 gift cards' worth.
#[tokio::test]
async fn counted_a_guarded_balance_is_never_overdrawn_by_a_crowd() {
    let app = TestApp::start_with(24).await;
    let sell = transfer("sold", app.now(), (Code::Bank, Code::GiftCardLiability), 1000);
    post(&app, &app.alfa, &sell).await.unwrap();
    roll_up(&app, &app.alfa, 10).await;
    let more = transfer("sold again", app.now(), (Code::Bank, Code::GiftCardLiability), 500);
    post(&app, &app.alfa, &more).await.unwrap();
    let spend = |n: i64| {
        let app = &app;
        async move {
            let txn = transfer(
                &format!("spent {n}"),
                app.now(),
                (Code::GiftCardLiability, Code::TicketRevenue),
                100,
            );
            match post(app, &app.alfa, &txn).await {
                Ok(_) => true,
                Err(PostError::NotSoMuch) => false,
                Err(error) => panic!("{error}"),
            }
        }
    };
    let spent = futures_util::future::join_all((0..64).map(spend)).await;
    let spent = spent.into_iter().filter(|is_spent| *is_spent).count();
    assert_eq!(spent, 15);
    assert_eq!(balance(&app, &app.alfa, Code::GiftCardLiability).await, 0);
    assert_proven(&app, &app.alfa).await;
    report(&format!(
        "ledger: 64 at once took 100 each from a guarded 1500: {spent} got it"
    ));
}
