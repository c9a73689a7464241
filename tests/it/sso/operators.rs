//! Log-in of operators.

use bilten_api::worker;
use bilten_kernel::{Ctx, OperatorId};
use bilten_sso::{
    login::LogInError,
    operators::{self, NewOperator},
    passwords::Passwords,
};
use bilten_tests::{TestApp, Web, db::run};
use jiff::SignedDuration;

use super::{PASSWORD, attempt, hire, log_in};

async fn appoint(app: &TestApp, ctx: &Ctx) -> OperatorId {
    let password_hash = Passwords::new().hash(&PASSWORD.parse().unwrap(), ctx.random()).await;
    let new = NewOperator {
        email: "op@platform.test".parse().unwrap(),
        name: "Operator".parse().unwrap(),
        password_hash,
    };
    let mut tx = app.platform.begin().await.unwrap();
    let id = operators::create(&mut tx, ctx, &new)
        .await
        .unwrap()
        .expect("the address is free");
    assert!(
        operators::create(&mut tx, ctx, &new).await.unwrap().is_none(),
        "once is enough"
    );
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn an_operator_is_nobody_in_a_tenant_and_staff_are_nobody_on_the_platform() {
    let app = TestApp::start().await;
    let ctx = app.ctx(&app.alfa);
    let operator = appoint(&app, &ctx).await;
    hire(&app, &app.alfa, "ana@alfa.test", None).await;
    let typed = attempt("op@platform.test", PASSWORD);
    let session = operators::log_in(&app.platform, &Passwords::new(), &ctx, &typed)
        .await
        .unwrap();
    let mut tx = app.platform.begin().await.unwrap();
    let found = operators::find_session(&mut tx, &ctx, &session.token)
        .await
        .unwrap()
        .expect("it lives");
    assert_eq!(found.operator, operator);
    assert!(log_in(&app, &app.alfa, &typed).await.is_err());
    let staff = attempt("ana@alfa.test", PASSWORD);
    assert!(
        operators::log_in(&app.platform, &Passwords::new(), &ctx, &staff)
            .await
            .is_err()
    );
    let mut tenant_tx = app.db.begin(&ctx).await.unwrap();
    assert!(
        bilten_sso::sessions::find(&mut tenant_tx, &ctx, &session.token)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn operators_are_throttled_and_their_sessions_end() {
    let app = TestApp::start().await;
    appoint(&app, &app.ctx(&app.alfa)).await;
    let passwords = Passwords::new();
    for _ in 0..5 {
        let wrong = attempt("op@platform.test", "wrong");
        operators::log_in(&app.platform, &passwords, &app.ctx(&app.alfa), &wrong)
            .await
            .unwrap_err();
    }
    let right = attempt("op@platform.test", PASSWORD);
    let locked = operators::log_in(&app.platform, &passwords, &app.ctx(&app.alfa), &right).await;
    assert!(matches!(locked, Err(LogInError::Locked { .. })), "{locked:?}");

    app.advance(SignedDuration::from_secs(31));
    let session = operators::log_in(&app.platform, &passwords, &app.ctx(&app.alfa), &right)
        .await
        .unwrap();
    app.advance(SignedDuration::from_hours(12));
    let mut tx = app.platform.begin().await.unwrap();
    assert!(
        operators::find_session(&mut tx, &app.ctx(&app.alfa), &session.token)
            .await
            .unwrap()
            .is_none()
    );
    tx.commit().await.unwrap();

    let session = operators::log_in(&app.platform, &passwords, &app.ctx(&app.alfa), &right)
        .await
        .unwrap();
    let mut tx = app.platform.begin().await.unwrap();
    operators::log_out(&mut tx, &session.token).await.unwrap();
    assert!(
        operators::find_session(&mut tx, &app.ctx(&app.alfa), &session.token)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn tallies_of_operators_are_forgotten_a_thousand_at_a_time() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let mut admin = app.test_db.admin().await;
    let fill = "insert into platform.login_failures (subject_hash, failures, updated_at)
                select sha256(n::text::bytea), 1, timestamptz '2031-04-30T09:59:59Z' from generate_series(1, 1500) n";
    run(&mut admin, fill).await;
    let typed = attempt("nobody@platform.test", "wrong");
    operators::log_in(&app.platform, &Passwords::new(), &app.ctx(&app.alfa), &typed)
        .await
        .unwrap_err();
    let left = async || {
        let mut admin = app.test_db.admin().await;
        let count: i64 = sqlx::query_scalar("select count(*) from platform.login_failures")
            .fetch_one(&mut admin)
            .await
            .unwrap();
        count
    };
    let fresh = left().await - 1500;
    assert!(fresh >= 1);
    for (gone, remaining) in [(1000, 500), (500, 0), (0, 0)] {
        assert_eq!(worker::tidy_platform(&web.state).await.unwrap(), gone);
        assert_eq!(left().await, remaining + fresh, "what still counts stays");
    }
}
