//! Coming in: one operator, one shop that is visited, and another one that must not be.

use bilten_kernel::Actor;
use bilten_sso::visits::{self, Ended, RulesError, VisitState};
use bilten_tenancy::permissions::Role;
use bilten_tests::Clerk;
use jiff::SignedDuration;

use super::{REASON, Stage, appoint, flash};

/// The whole way: asked for, told by mail, let in, seen, left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_is_asked_for_granted_seen_and_over() {
    let stage = Stage::open().await;
    let (id, visitor) = stage.visitor(&[]).await;
    stage.web.run_jobs().await;
    let home = stage.web.look(&visitor, "/manage").await;
    assert_eq!(home.status, 200, "{}", home.text);
    for word in ["Support One, you are visiting", "30 minutes left", REASON, "Leave"] {
        assert!(home.text.contains(word), "{word}: {}", home.text);
    }
    assert_eq!(stage.web.look(&visitor, "/manage/events").await.status, 200);
    // The owner sees him, and each page.
    let list = stage.web.look(&stage.owner, "/manage/platform-access").await.text;
    for word in ["Is in now", "Support One", REASON, "CASE-1", "let in by Walker"] {
        assert!(list.contains(word), "{word}: {list}");
    }
    let deeds = stage
        .web
        .look(&stage.owner, &format!("/manage/platform-access/{id}"))
        .await
        .text;
    assert!(
        deeds.contains("GET /manage/events") && deeds.contains("Page opened on a visit"),
        "{deeds}"
    );
    let mailbox = stage.web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(stage.nord.id)).await.unwrap();
    let about: Vec<_> = mails
        .iter()
        .filter(|mail| mail.subject.starts_with("Platform access"))
        .collect();
    // The question was answered before its mail went out; the owner and the admin's owner role: one owner besides the first.
    assert_eq!(about.len(), 2, "both owners are told of the start: {about:?}");
    assert!(
        about
            .iter()
            .all(|mail| mail.text.contains("has entered") && mail.text.contains(REASON))
    );
    // He leaves, and is out.
    let left = stage.web.submit(&visitor, "/manage/visit/end", &[]).await;
    assert!(left.location().contains("platform.localhost"), "{}", left.location());
    assert!(
        stage
            .web
            .look(&visitor, "/manage")
            .await
            .location()
            .contains("/manage/login")
    );
    assert_eq!(stage.newest().await.state, VisitState::Ended(Ended::Operator));
    // Everything that he did names him and who let him in.
    let done = stage.record("visit").await;
    let on_behalf = stage.owner.account.to_string();
    let mut own = 0;
    for row in &done {
        if row.entry.action == "visit.asked" {
            continue;
        }
        if row.entry.actor == format!("operator:{}", stage.operator_id) {
            assert_eq!(row.entry.details["on_behalf_of"], on_behalf, "{row:?}");
            assert_eq!(row.entry.details["visit"], id.to_string(), "{row:?}");
            own += 1;
        }
    }
    assert!(own >= 4, "{own}");
    let mut tx = stage.app.db.begin_in(stage.sor.id).await.unwrap();
    assert!(
        visits::list(&mut tx, None).await.unwrap().is_empty(),
        "the other shop hears of nothing"
    );
}

/// V01, V02, V03.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_has_a_reason_and_an_end() {
    let stage = Stage::open().await;
    for (reason, minutes) in [
        ("", "30"),
        ("short", "30"),
        (REASON, "61"),
        (REASON, "0"),
        (REASON, "-5"),
        (REASON, "x"),
    ] {
        let asked = stage.ask_of(&stage.nord, reason, (minutes, &[])).await;
        assert_eq!(asked.status, 422, "{reason} {minutes}: {}", asked.text);
    }
    let long = "x".repeat(501);
    assert_eq!(stage.ask_of(&stage.nord, &long, ("30", &[])).await.status, 422);
    let drawn = "Look\r\nhere \u{1b}[2J<script>alert(1)</script>";
    assert_eq!(
        flash(&stage.ask_of(&stage.nord, drawn, ("60", &["root"])).await),
        "flash-visit-asked"
    );
    let visit = stage.newest().await;
    assert_eq!(visit.reason, "Look here [2J<script>alert(1)</script>");
    assert!(visit.powers.is_empty(), "a power that nobody knows is none");
    let list = stage.web.look(&stage.owner, "/manage/platform-access").await.text;
    assert!(
        !list.contains("<script>alert") && list.contains("&lt;script&gt;alert"),
        "{list}"
    );
    // One question at a time.
    assert_eq!(flash(&stage.ask(&[]).await), "flash-refused-visit-open");
}

/// V04.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lets_nobody_in_is_not_visited() {
    let stage = Stage::open().await;
    let (id, visitor) = stage.visitor(&[]).await;
    stage.set_rules(&[("mode", "never")]).await;
    // Whoever was in is out, and the next one does not come as far as a question.
    assert!(stage.web.look(&visitor, "/manage").await.status.is_redirection());
    assert_eq!(stage.newest().await.state, VisitState::Ended(Ended::Tenant));
    assert_eq!(flash(&stage.ask(&[]).await), "flash-refused-visit-never");
    assert_eq!(
        flash(&stage.begin(&stage.operator, id).await),
        "flash-refused-visit-not-granted"
    );
    let page = stage
        .web
        .look(&stage.operator, &format!("/tenants/{}", stage.nord.id))
        .await
        .text;
    assert!(
        page.contains("lets nobody in") && !page.contains("visit-reason"),
        "{page}"
    );
}

/// V05, V06, V07.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_enters_without_a_word() {
    let stage = Stage::open().await;
    stage.ask(&[]).await;
    let id = stage.newest().await.id;
    let denied = "flash-refused-visit-not-granted";
    assert_eq!(flash(&stage.begin(&stage.operator, id).await), denied);
    assert_eq!(
        flash(&stage.answer(&stage.owner, id, "refusal").await),
        "flash-visit-refused"
    );
    assert_eq!(flash(&stage.begin(&stage.operator, id).await), denied);
    assert_eq!(
        flash(&stage.answer(&stage.owner, id, "approval").await),
        "flash-refused-visit-answered"
    );
    let late = stage.granted(&[]).await;
    stage.app.advance(SignedDuration::from_hours(11));
    stage.app.advance(SignedDuration::from_mins(59));
    assert!(
        stage
            .begin(&stage.operator, late)
            .await
            .location()
            .contains("/manage/visit?code=")
    );
    stage.app.advance(SignedDuration::from_hours(13));
    let (operator, _) = appoint(&stage.app, "Support Two").await;
    assert_eq!(stage.begin(&operator, late).await.status, 404);
    stage.web.run_jobs().await;
    assert_eq!(stage.newest().await.state, VisitState::Lapsed);
}

/// V08, V09.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_lets_in_and_only_owners_grant_more() {
    let stage = Stage::open().await;
    stage.ask(&["persons"]).await;
    let id = stage.newest().await.id;
    let manager = Clerk::hire(&stage.app, (stage.nord.id, &stage.nord.host), Role::EventManager, None).await;
    let stranger = Clerk::hire(&stage.app, (stage.sor.id, &stage.sor.host), Role::Owner, None).await;
    for clerk in [&manager, &stranger] {
        assert_eq!(stage.answer(clerk, id, "approval").await.status, 404);
        assert_eq!(
            stage
                .web
                .look(clerk, &format!("/manage/platform-access/{id}"))
                .await
                .status,
            404
        );
    }
    assert_eq!(
        flash(&stage.answer(&stage.admin, id, "approval").await),
        "flash-refused-visit-owner"
    );
    let page = stage.web.look(&stage.admin, "/manage/platform-access").await.text;
    assert!(page.contains("Only an owner can let somebody do this"), "{page}");
    assert_eq!(stage.newest().await.state, VisitState::Asked);
    assert_eq!(
        flash(&stage.answer(&stage.admin, id, "refusal").await),
        "flash-visit-refused"
    );
    // To look around an administrator is enough.
    stage.ask(&[]).await;
    let id = stage.newest().await.id;
    assert_eq!(
        flash(&stage.answer(&stage.admin, id, "approval").await),
        "flash-visit-approved"
    );
}

/// V10, V11.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_opens_to_looking_around_and_closes() {
    let stage = Stage::open().await;
    stage.open_window().await;
    assert_eq!(
        flash(&stage.ask(&["orders"]).await),
        "flash-visit-asked",
        "more is a question"
    );
    let asked = stage.newest().await;
    assert_eq!(
        flash(&stage.begin(&stage.operator, asked.id).await),
        "flash-refused-visit-not-granted"
    );
    stage.answer(&stage.owner, asked.id, "refusal").await;
    assert_eq!(flash(&stage.ask(&[]).await), "flash-visit-admitted");
    let admitted = stage.newest().await;
    let visitor = stage.enter(admitted.id).await;
    assert_eq!(stage.web.look(&visitor, "/manage").await.status, 200);
    // On whose word is told: whoever set the window.
    assert_eq!(admitted.decided_by, Some(stage.owner.account));
    stage.web.submit(&visitor, "/manage/visit/end", &[]).await;
    assert_eq!(flash(&stage.ask(&[]).await), "flash-visit-admitted");
    let unused = stage.newest().await.id;
    stage.app.advance(SignedDuration::from_hours(3));
    assert_eq!(
        flash(&stage.begin(&stage.operator, unused).await),
        "flash-refused-visit-not-granted"
    );
    for (from, until) in [
        ("2031-05-01T20:00", "2031-05-01T19:00"),
        ("2031-05-01T20:00", "2031-07-01T20:00"),
        ("2031-04-01T20:00", "2031-04-02T20:00"),
        ("", ""),
    ] {
        let ctx = stage.ctx();
        // A fresh proof is wanted by then: the use case is asked itself.
        let mut tx = stage.app.db.begin(&ctx).await.unwrap();
        let read = |text: &str| format!("{text}:00Z").parse().ok();
        let (Some(from), Some(until)) = (read(from), read(until)) else {
            continue;
        };
        let ctx = ctx.with_actor(Actor::Staff(stage.owner.account));
        let set = visits::set_rules(&mut tx, &ctx, visits::Mode::Window { from, until }).await;
        assert!(matches!(set, Err(RulesError::Window)), "{from} {until}");
    }
}

/// V12, V13, V14.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_counts_once_soon_and_here() {
    let stage = Stage::open().await;
    let id = stage.granted(&[]).await;
    let code = stage.code(id).await;
    let dead = "flash-refused-visit-code";
    assert_eq!(
        flash(&stage.arrive(&stage.sor.host, &code).await),
        dead,
        "at another tenant"
    );
    // Looking at the address uses nothing up.
    let door = stage
        .web
        .page(&stage.nord.host, &format!("/manage/visit?code={code}"))
        .await;
    assert!(door.status == 200 && door.text.contains(&code), "{}", door.text);
    let newer = stage.code(id).await;
    assert_eq!(
        flash(&stage.arrive(&stage.nord.host, &code).await),
        dead,
        "a newer one was given"
    );
    stage.app.advance(SignedDuration::from_mins(2));
    assert_eq!(flash(&stage.arrive(&stage.nord.host, &newer).await), dead, "too late");
    let last = stage.code(id).await;
    let both = tokio::join!(
        stage.arrive(&stage.nord.host, &last),
        stage.arrive(&stage.nord.host, &last)
    );
    let entered = [&both.0, &both.1]
        .into_iter()
        .filter(|answer| answer.location() == "/manage")
        .count();
    assert_eq!(entered, 1, "once");
    assert_eq!(flash(&stage.arrive(&stage.nord.host, &last).await), dead, "used");
    for junk in ["", "x", &"A".repeat(43)] {
        assert_eq!(flash(&stage.arrive(&stage.nord.host, junk).await), dead, "{junk}");
    }
    // The visit itself is nothing elsewhere.
    stage.answer(&stage.owner, id, "end").await;
    let (_, visitor) = stage.visitor(&[]).await;
    let elsewhere = Clerk {
        host: stage.sor.host.clone(),
        ..visitor
    };
    assert!(
        stage
            .web
            .look(&elsewhere, "/manage")
            .await
            .location()
            .contains("/manage/login")
    );
}

/// V15, V26.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_is_its_operators_alone() {
    let stage = Stage::open().await;
    let id = stage.granted(&[]).await;
    let (other, _) = appoint(&stage.app, "Support Two").await;
    assert_eq!(stage.begin(&other, id).await.status, 404);
    let path = format!("/tenants/{}/visits/{id}/end", stage.nord.id);
    assert_eq!(stage.web.submit(&other, &path, &[]).await.status, 404);
    let visitor = stage.enter(id).await;
    for csrf in [String::new(), stage.operator.csrf.clone(), stage.owner.csrf.clone()] {
        let forged = Clerk {
            csrf,
            ..visitor.clone()
        };
        assert_eq!(stage.web.submit(&forged, "/manage/visit/end", &[]).await.status, 403);
    }
    assert_eq!(stage.web.look(&visitor, "/manage").await.status, 200);
}
