//! Life and end of sessions.

use bilten_sso::{SessionToken, accounts, passwords::Passwords, sessions};
use bilten_tests::{Tenant, TestApp};
use jiff::SignedDuration;

use super::{PASSWORD, attempt, hire, log_in};

async fn is_alive(app: &TestApp, tenant: &Tenant, token: &SessionToken) -> bool {
    let ctx = app.ctx(tenant);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let found = sessions::find(&mut tx, &ctx, token).await.unwrap();
    tx.commit().await.unwrap();
    found.is_some()
}

#[tokio::test]
async fn a_session_of_one_tenant_is_nobody_at_another() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    hire(&app, &app.beta, "ana@alfa.test", None).await;
    let session = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    assert!(is_alive(&app, &app.alfa, &session.token).await);
    assert!(!is_alive(&app, &app.beta, &session.token).await);
    let stranger = SessionToken::from_random([0; 32]);
    assert!(!is_alive(&app, &app.alfa, &stranger).await);
}

#[tokio::test]
async fn a_session_dies_of_twelve_idle_hours_or_seven_days() {
    let app = TestApp::start().await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let idle = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    app.advance(SignedDuration::from_mins(12 * 60));
    assert!(!is_alive(&app, &app.alfa, &idle.token).await);

    let busy = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    for hours in (11..7 * 24).step_by(11) {
        app.advance(SignedDuration::from_hours(11));
        assert!(is_alive(&app, &app.alfa, &busy.token).await, "after {hours} hours");
    }
    app.advance(SignedDuration::from_hours(3));
    assert!(!is_alive(&app, &app.alfa, &busy.token).await);
}

#[tokio::test]
async fn log_out_ends_one_session_and_the_list_shows_the_rest() {
    let app = TestApp::start().await;
    let account = hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let first = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    let second = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(sessions::list(&mut tx, &ctx, account).await.unwrap().len(), 2);
    sessions::end(&mut tx, &first.token).await.unwrap();
    let left = sessions::list(&mut tx, &ctx, account).await.unwrap();
    assert_eq!(
        left.iter().map(|info| info.id).collect::<Vec<_>>(),
        [second.token.hash()]
    );
    let stranger = hire(&app, &app.alfa, "eva@alfa.test", None).await;
    assert!(!sessions::revoke(&mut tx, stranger, second.token.hash()).await.unwrap());
    assert!(sessions::revoke(&mut tx, account, second.token.hash()).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!is_alive(&app, &app.alfa, &second.token).await);
}

#[tokio::test]
async fn a_session_cannot_be_ended_from_another_tenant() {
    let app = TestApp::start().await;
    let account = hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let session = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    let ctx = app.ctx(&app.beta);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    sessions::end(&mut tx, &session.token).await.unwrap();
    sessions::end_all(&mut tx, account, None).await.unwrap();
    assert!(sessions::list(&mut tx, &ctx, account).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    assert!(is_alive(&app, &app.alfa, &session.token).await);
}

#[tokio::test]
async fn disabling_an_account_ends_its_sessions_at_once() {
    let app = TestApp::start().await;
    let account = hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let session = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    accounts::disable(&mut tx, &ctx, account).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_alive(&app, &app.alfa, &session.token).await);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let account = hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let asking = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    let other = log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
        .await
        .unwrap();
    let ctx = app.ctx(&app.alfa);
    let hash = Passwords::new()
        .hash(&"another long one".parse().unwrap(), ctx.random())
        .await;
    let mut tx = app.db.begin(&ctx).await.unwrap();
    accounts::change_password(&mut tx, &ctx, account, &hash, Some(&asking.token))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(is_alive(&app, &app.alfa, &asking.token).await);
    assert!(!is_alive(&app, &app.alfa, &other.token).await);
    assert!(
        log_in(&app, &app.alfa, &attempt("ana@alfa.test", PASSWORD))
            .await
            .is_err()
    );
    assert!(
        log_in(&app, &app.alfa, &attempt("ana@alfa.test", "another long one"))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn dead_sessions_of_this_tenant_are_swept() {
    let app = TestApp::start().await;
    for (tenant, email) in [(&app.alfa, "ana@alfa.test"), (&app.beta, "bo@beta.test")] {
        hire(&app, tenant, email, None).await;
        log_in(&app, tenant, &attempt(email, PASSWORD)).await.unwrap();
    }
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(sessions::sweep(&mut tx, &ctx).await.unwrap(), 0);
    tx.commit().await.unwrap();
    app.advance(SignedDuration::from_hours(12));
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(sessions::sweep(&mut tx, &ctx).await.unwrap(), 1);
}
