//! Log-in and its throttle.

use std::net::IpAddr;

use bilten_sso::{accounts, login::LogInError, sessions};
use bilten_tenancy::permissions::Role;
use bilten_tests::TestApp;
use jiff::SignedDuration;

use super::{PASSWORD, attempt, hire, log_in};

#[tokio::test]
async fn staff_log_in_at_their_own_tenant_only() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    let typed = attempt(" Ana@ALFA.test ", PASSWORD);
    assert!(log_in(&app, &app.alfa, &typed).await.is_ok());
    let elsewhere = log_in(&app, &app.beta, &typed).await;
    assert!(matches!(elsewhere, Err(LogInError::Wrong)), "{elsewhere:?}");
}

#[tokio::test]
async fn unknown_address_wrong_password_and_disabled_account_look_the_same() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let former = hire(&app, &app.alfa, "eva@alfa.test", None).await;
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    accounts::disable(&mut tx, &ctx, former).await.unwrap();
    tx.commit().await.unwrap();
    for typed in [
        attempt("ana@alfa.test", "not the password"),
        attempt("nobody@alfa.test", PASSWORD),
        attempt("eva@alfa.test", PASSWORD),
        attempt("", ""),
        attempt("' or 1=1 --", PASSWORD),
    ] {
        let answer = log_in(&app, &app.alfa, &typed).await;
        assert!(matches!(answer, Err(LogInError::Wrong)), "{typed:?}: {answer:?}");
    }
}

#[tokio::test]
async fn five_failures_lock_the_address_for_this_network_in_this_tenant() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    hire(&app, &app.beta, "ana@alfa.test", None).await;
    for _ in 0..5 {
        let answer = log_in(&app, &app.alfa, &attempt("ana@alfa.test", "wrong")).await;
        assert!(matches!(answer, Err(LogInError::Wrong)), "{answer:?}");
    }
    let right = attempt("ana@alfa.test", PASSWORD);
    let locked = log_in(&app, &app.alfa, &right).await;
    assert!(
        matches!(locked, Err(LogInError::Locked { until }) if until > app.now()),
        "{locked:?}"
    );
    assert!(log_in(&app, &app.beta, &right).await.is_ok());

    app.advance(SignedDuration::from_secs(31));
    assert!(log_in(&app, &app.alfa, &right).await.is_ok());
    // Success starts the count afresh.
    for _ in 0..4 {
        log_in(&app, &app.alfa, &attempt("ana@alfa.test", "wrong"))
            .await
            .unwrap_err();
    }
    assert!(log_in(&app, &app.alfa, &right).await.is_ok());
}

#[tokio::test]
async fn an_unknown_address_is_locked_like_a_known_one() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        log_in(&app, &app.alfa, &attempt("nobody@alfa.test", "wrong"))
            .await
            .unwrap_err();
    }
    let answer = log_in(&app, &app.alfa, &attempt("Nobody@alfa.test", "wrong")).await;
    assert!(matches!(answer, Err(LogInError::Locked { .. })), "{answer:?}");
}

#[tokio::test]
async fn parallel_guesses_are_counted_one_by_one() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let typed: Vec<_> = (0..12)
        .map(|n| attempt("ana@alfa.test", &format!("guess {n}")))
        .collect();
    let answers = futures_util::future::join_all(typed.iter().map(|typed| log_in(&app, &app.alfa, typed))).await;
    let taken = answers
        .iter()
        .filter(|answer| matches!(answer, Err(LogInError::Wrong)))
        .count();
    let locked = answers
        .iter()
        .filter(|answer| matches!(answer, Err(LogInError::Locked { .. })))
        .count();
    assert_eq!((taken, locked), (5, 7));
}

#[tokio::test]
async fn strangers_who_guess_do_not_lock_the_staff_out() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let right = attempt("ana@alfa.test", PASSWORD);
    assert!(log_in(&app, &app.alfa, &right).await.is_ok());
    // A hundred networks guess; each is soon locked, and all together are slowed down.
    let mut answers = Vec::new();
    for network in 0..100 {
        let mut guess = attempt("ana@alfa.test", "wrong");
        guess.network = Some(IpAddr::from([198, 51, 100, network]));
        answers.push(log_in(&app, &app.alfa, &guess).await);
    }
    let slowed = answers
        .iter()
        .filter(|answer| matches!(answer, Err(LogInError::Locked { .. })));
    assert_eq!(slowed.count(), 50);
    // Where she has logged in before, she still does.
    assert!(log_in(&app, &app.alfa, &right).await.is_ok());
    // Elsewhere she waits for seconds, not for a quarter of an hour.
    let mut abroad = attempt("ana@alfa.test", PASSWORD);
    abroad.network = Some(IpAddr::from([203, 0, 113, 9]));
    let slow = log_in(&app, &app.alfa, &abroad).await;
    assert!(matches!(slow, Err(LogInError::Locked { .. })), "{slow:?}");
    app.advance(SignedDuration::from_secs(11));
    assert!(log_in(&app, &app.alfa, &abroad).await.is_ok());
}

#[tokio::test]
async fn a_network_that_tries_many_addresses_is_locked() {
    let app = TestApp::start().await;
    for n in 0..30 {
        log_in(&app, &app.alfa, &attempt(&format!("{n}@alfa.test"), "wrong"))
            .await
            .unwrap_err();
    }
    let answer = log_in(&app, &app.alfa, &attempt("fresh@alfa.test", "wrong")).await;
    assert!(matches!(answer, Err(LogInError::Locked { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_new_log_in_ends_the_browsers_former_session() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let first = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    let mut again = attempt("ana@alfa.test", PASSWORD);
    again.browser.former = Some(first.token.clone());
    let second = log_in(&app, &app.alfa, &again).await.unwrap();
    assert_ne!(first.token.hash(), second.token.hash());
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert!(sessions::find(&mut tx, &ctx, &first.token).await.unwrap().is_none());
    assert!(sessions::find(&mut tx, &ctx, &second.token).await.unwrap().is_some());
}

#[tokio::test]
async fn old_tallies_are_swept() {
    let app = TestApp::start().await;
    log_in(&app, &app.alfa, &attempt("nobody@alfa.test", "wrong"))
        .await
        .unwrap_err();
    log_in(&app, &app.beta, &attempt("nobody@beta.test", "wrong"))
        .await
        .unwrap_err();
    app.advance(SignedDuration::from_hours(25));
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(
        bilten_sso::login::sweep(&mut tx, &ctx).await.unwrap(),
        4,
        "of one tenant: address, network, both together, and whether they are known to one another"
    );
    assert_eq!(bilten_sso::login::sweep(&mut tx, &ctx).await.unwrap(), 0);
}
