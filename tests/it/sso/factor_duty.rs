//! Who must have a second factor, and who has lost his.

use axum::http::StatusCode;
use bilten_tenancy::permissions::{self, Role};
use bilten_tests::{Clerk, TestApp, Web, post_form};
use jiff::SignedDuration;

use super::{
    PASSWORD,
    factors::{EMAIL, FACTOR, ana, clerk_of, enrol, first_step, half_way, host, second_step},
};

/// Sets who must have a second factor.
async fn oblige(web: &Web, owner: &Clerk, duty: &str, grace: &str) {
    let fields = [("duty", duty), ("grace_days", grace), ("delay_hours", "24")];
    let saved = web.submit(owner, "/manage/security/factors", &fields).await;
    assert_eq!(saved.location(), "/manage/security", "{}", saved.text);
}

#[tokio::test]
async fn mfa_27_grace_shows_a_banner_and_then_nothing_but_the_set_up() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let owner = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let manager = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::EventManager, None).await;
    let door = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::DoorStaff, None).await;
    let beta = Clerk::hire(&app, (app.beta.id, &app.beta.host), Role::Owner, None).await;
    for (grace, delay) in [("-1", "24"), ("61", "24"), ("7", "0"), ("7", "169"), ("x", "24")] {
        let fields = [("duty", "trusted"), ("grace_days", grace), ("delay_hours", delay)];
        let refused = web.submit(&owner, "/manage/security/factors", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{grace} {delay}");
    }
    oblige(&web, &owner, "trusted", "1").await;
    for (clerk, is_obliged) in [(&owner, true), (&manager, true), (&door, false), (&beta, false)] {
        let page = web.look(clerk, "/manage/account").await;
        assert_eq!(page.text.contains("Set it up before"), is_obliged);
    }
    for _ in 0..3 {
        app.advance(SignedDuration::from_hours(8));
        for clerk in [&owner, &manager, &door, &beta] {
            web.look(clerk, "/manage/account").await;
        }
    }
    for path in ["/manage", "/manage/account", "/manage/events"] {
        for clerk in [&owner, &manager] {
            assert_eq!(web.look(clerk, path).await.location(), FACTOR, "{path}");
        }
    }
    let saved = web
        .submit(&manager, "/manage/account/profile", &[("name", "Late")])
        .await;
    assert_eq!(saved.location(), FACTOR, "forms are closed as well");
    assert_eq!(web.look(&door, "/manage/check-in").await.status, StatusCode::OK);
    assert_eq!(web.look(&beta, "/manage/account").await.status, StatusCode::OK);
    let page = web.look(&owner, FACTOR).await;
    assert!(
        page.status == StatusCode::OK && page.text.contains("everything else opens"),
        "{}",
        page.text
    );
    assert_eq!(
        web.submit(&door, "/manage/logout", &[]).await.location(),
        "/manage/login"
    );
}

#[tokio::test]
async fn mfa_20_who_gets_a_role_that_is_obliged_is_obliged_with_the_next_request() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let owner = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let door = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::DoorStaff, None).await;
    oblige(&web, &owner, "trusted", "0").await;
    assert_eq!(web.look(&door, "/manage/account").await.status, StatusCode::OK);
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    permissions::assign(&mut tx, &ctx, door.account, Role::EventManager, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(web.look(&door, "/manage/account").await.location(), FACTOR);
    let enrolled = enrol(&web, &app, door).await;
    assert_eq!(
        web.look(&enrolled.clerk, "/manage/account").await.status,
        StatusCode::OK
    );
}

/// Half-way through a log-in, she asks the owners; returns the request as an owner sees it.
async fn ask(web: &Web, app: &TestApp, boss: &Clerk) -> String {
    let step = half_way(web, app).await;
    let request = post_form(&host(&app.alfa), "/manage/login/second/lost", Some(&step), &[]);
    assert_eq!(web.send(request).await.location(), "/manage/login/second");
    let page = web.look(boss, "/manage/security").await;
    let (_, rest) = page
        .text
        .split_once("name=\"request\" value=\"")
        .expect("the owner sees it");
    rest.split('"').next().unwrap().to_owned()
}

async fn decide(web: &Web, clerk: &Clerk, (id, verdict): (&str, &str)) {
    let fields = [("request", id), ("verdict", verdict)];
    web.submit(clerk, "/manage/security/recoveries", &fields).await;
}

/// State of the request that was asked for last.
async fn state(app: &TestApp) -> String {
    let found =
        sqlx::query_scalar("select state from bilten.factor_recoveries order by asked_at desc, id desc limit 1");
    let mut admin = app.test_db.admin().await;
    found.fetch_one(&mut admin).await.unwrap()
}

#[tokio::test]
async fn a_lost_factor_is_decided_about_by_another_owner_and_all_are_told() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let ana = ana(&web, &app).await;
    let boss = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let beta = Clerk::hire(&app, (app.beta.id, &app.beta.host), Role::Owner, None).await;
    let id = ask(&web, &app, &boss).await;
    assert_eq!(ask(&web, &app, &boss).await, id, "asking twice is one request");
    decide(&web, &beta, (&id, "approve")).await;
    decide(&web, &ana.clerk, (&id, "approve")).await;
    assert_eq!(
        state(&app).await,
        "asked",
        "neither another tenant nor she herself approves"
    );
    decide(&web, &boss, (&id, "approve")).await;
    assert_eq!(state(&app).await, "approved");
    web.run_jobs().await;
    let mails = web
        .state
        .mailbox
        .as_ref()
        .unwrap()
        .list(Some(app.alfa.id))
        .await
        .unwrap();
    for email in [EMAIL.to_owned(), format!("{}@example.org", boss.account.uuid())] {
        let told = mails.iter().filter(|mail| mail.to.email == email);
        let told = told.filter(|mail| mail.subject.contains("lost")).count();
        assert_eq!(told, 2, "{email} is told of both steps");
    }
    // Called off in time; and a log-in with the factor calls off as well.
    decide(&web, &boss, (&id, "cancel")).await;
    assert_eq!(state(&app).await, "cancelled");
    app.advance(SignedDuration::from_secs(60));
    assert_ne!(ask(&web, &app, &boss).await, id);
    assert_eq!(state(&app).await, "asked");
    let step = half_way(&web, &app).await;
    let found = second_step(&web, &app.alfa, &step, &ana.code(&app, 0)).await;
    assert!(found.session().is_some(), "{}", found.text);
    assert_eq!(state(&app).await, "cancelled");
}

#[tokio::test]
async fn mfa_28_a_lost_factor_is_forgotten_after_an_owner_approved_and_the_delay() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    ana(&web, &app).await;
    let boss = Clerk::hire(&app, (app.alfa.id, &app.alfa.host), Role::Owner, None).await;
    let id = ask(&web, &app, &boss).await;
    app.advance(SignedDuration::from_mins(1));
    decide(&web, &boss, (&id, "approve")).await;
    app.advance(SignedDuration::from_mins(23 * 60 + 59));
    half_way(&web, &app).await;
    app.advance(SignedDuration::from_mins(1));
    let without = first_step(&web, &app.alfa, (EMAIL, PASSWORD), None).await;
    assert_eq!(without.location(), "/manage", "{}", without.text);
    let clerk = clerk_of(&app, &app.alfa, &without).await;
    let page = web.look(&clerk, FACTOR).await;
    assert!(page.text.contains(">Off<"), "{}", page.text);
    assert_eq!(state(&app).await, "done");
}
