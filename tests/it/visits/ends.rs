//! Going out: by the clock, by the tenant, with the operator's own session.

use bilten_sso::visits::{Ended, VisitState};
use bilten_tests::{Setup, Web, report};
use jiff::SignedDuration;

use super::{Stage, appoint, flash};

/// V16.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_ends_with_its_time() {
    let stage = Stage::open().await;
    let (id, visitor) = stage.visitor(&[]).await;
    stage.app.advance(SignedDuration::from_secs(30 * 60 - 1));
    assert!(stage.web.look(&visitor, "/manage").await.text.contains("1 minute left"));
    stage.app.advance(SignedDuration::from_secs(1));
    assert!(
        stage
            .web
            .look(&visitor, "/manage")
            .await
            .location()
            .contains("/manage/login")
    );
    let list = stage.newest().await;
    assert_eq!(
        list.state_at(stage.app.now()),
        VisitState::Ended(Ended::Time),
        "before it is noted"
    );
    stage.app.advance(SignedDuration::from_mins(5));
    stage.web.run_jobs().await;
    stage.web.run_jobs().await;
    let ended = stage.newest().await;
    assert_eq!((ended.id, ended.state), (id, VisitState::Ended(Ended::Time)));
    assert_eq!(
        ended.ended_at, ended.ends_at,
        "its end is its time, not when it was noted"
    );
    assert_eq!(stage.record("visit.ended").await.len(), 1);
}

/// V17. Twenty times somebody is sent out, on one node or on the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_counts_at_once_on_every_node() {
    let stage = Stage::open().await;
    let other = Web::with(
        &stage.app,
        Setup {
            db: Some(stage.app.test_db.app(4).await),
            ..Setup::default()
        },
    );
    let mut refused = 0;
    for round in 0..20 {
        let (id, visitor) = stage.visitor(&[]).await;
        for web in [&stage.web, &other] {
            assert_eq!(web.look(&visitor, "/manage/events").await.status, 200);
        }
        let at = if round % 2 == 0 { &stage.web } else { &other };
        let path = format!("/manage/platform-access/{id}/end");
        assert_eq!(flash(&at.submit(&stage.owner, &path, &[]).await), "flash-visit-ended");
        let asked = (0..3).flat_map(|_| [&stage.web, &other]);
        for answer in futures_util::future::join_all(asked.map(|web| web.look(&visitor, "/manage/events"))).await {
            assert!(
                answer.status.is_redirection(),
                "let in after the end: {}",
                answer.status
            );
            refused += 1;
        }
    }
    report(&format!(
        "visits on two nodes: {refused} requests after an end, 0 let in"
    ));
}

/// V18.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_ends_with_the_operators_session() {
    let stage = Stage::open().await;
    let (_, visitor) = stage.visitor(&[]).await;
    assert_eq!(stage.web.look(&visitor, "/manage").await.status, 200);
    let out = stage.web.submit(&stage.operator, "/logout", &[]).await;
    assert_eq!(out.status, 303, "{}", out.text);
    assert!(stage.web.look(&visitor, "/manage").await.status.is_redirection());
    assert_eq!(stage.newest().await.state, VisitState::Ended(Ended::LogOut));
    // A session that is gone by itself counts no more either.
    let (operator, _) = appoint(&stage.app, "Support Two").await;
    let stage = Stage { operator, ..stage };
    let (_, visitor) = stage.visitor(&[]).await;
    let mut admin = stage.app.test_db.admin().await;
    bilten_tests::db::run(&mut admin, "delete from platform.sessions").await;
    assert!(stage.web.look(&visitor, "/manage").await.status.is_redirection());
    assert_eq!(stage.newest().await.state, VisitState::Ended(Ended::LogOut));
}
