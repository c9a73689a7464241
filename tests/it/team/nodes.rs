//! Several nodes: what is taken is taken everywhere, at once.

use bilten_tenancy::permissions::{self, Grant, Place, Role, RoleName};
use bilten_tests::{Setup, Web, report};

use super::{Town, as_staff};

/// 40 times somebody is hired, works on both nodes, and is removed on one of them.
#[tokio::test(flavor = "multi_thread")]
async fn counted_after_a_role_is_taken_not_one_request_is_allowed_on_either_node() {
    let town = Town::open().await;
    let other = Web::with(
        &town.app,
        Setup {
            db: Some(town.app.test_db.app(4).await),
            ..Setup::default()
        },
    );
    let owner = town.hire(Role::Owner).await;
    let page = format!("/manage/events/{}", town.event);
    let (mut let_in, mut refused) = (0, 0);
    for round in 0..40 {
        let clerk = town.hire(Role::EventManager).await;
        for web in [&town.web, &other] {
            assert_eq!(web.look(&clerk, &page).await.status, 200);
            let_in += 1;
        }
        // The removal comes in on one node or on the other.
        let at = if round % 2 == 0 { &town.web } else { &other };
        let removal = format!("/manage/team/members/{}/removal", clerk.account);
        let gone = at.submit(&owner, &removal, &[]).await;
        assert_eq!(gone.status, 303, "{}", gone.text);
        let asked = (0..5).flat_map(|_| [&town.web, &other]);
        let answers = futures_util::future::join_all(asked.map(|web| web.look(&clerk, &page))).await;
        for answer in answers {
            assert!(
                answer.status.is_redirection(),
                "let in after the removal: {}",
                answer.status
            );
            refused += 1;
        }
    }
    report(&format!(
        "two nodes: {let_in} requests before, {refused} after a removal, 0 of those let in"
    ));
}

/// A role that is taken while the session goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_demoted_member_keeps_the_session_and_loses_the_page_on_every_node() {
    let town = Town::open().await;
    let other = Web::with(
        &town.app,
        Setup {
            db: Some(town.app.test_db.app(4).await),
            ..Setup::default()
        },
    );
    let clerk = town.hire(Role::EventManager).await;
    let page = format!("/manage/events/{}", town.event);
    assert_eq!(other.look(&clerk, &page).await.status, 200);
    town.demote(clerk.account).await;
    for web in [&town.web, &other] {
        assert_eq!(web.look(&clerk, &page).await.status, 404);
    }
}

/// Who is demoted by a colleague at the console, not by a program of ours: what the colleague's request read of the roles, between the
/// old version and the new one, stands for nothing afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_colleague_gives_and_takes_counts_at_once_on_his_own_node() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let clerk = town.hire(Role::EventManager).await;
    let page = format!("/manage/events/{}", town.event);
    let ctx = as_staff(&town, &owner);
    for _ in 0..2 {
        assert_eq!(town.web.look(&clerk, &page).await.status, 200);
        let mut tx = town.app.db.begin(&ctx).await.unwrap();
        let held = permissions::list_memberships(&mut tx, clerk.account).await.unwrap();
        permissions::withdraw(&mut tx, &ctx, held[0].id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(town.web.look(&clerk, &page).await.status, 404);
        let mut tx = town.app.db.begin(&ctx).await.unwrap();
        let grant = Grant {
            role: RoleName::BuiltIn(Role::EventManager),
            place: Place::Tenant,
            expires_at: None,
        };
        permissions::give(&mut tx, &ctx, clerk.account, &grant).await.unwrap();
        tx.commit().await.unwrap();
    }
}
