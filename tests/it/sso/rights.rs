//! Roles, rights and how fast a change counts.

use bilten_kernel::{Actor, ApiScope, Ctx};
use bilten_tenancy::{
    Db,
    permissions::{self, Denied, MembershipError, Permission, Reach, Role, Scope},
};
use bilten_tests::TestApp;

use super::{as_staff, hire};

/// Asks as a request does: in a transaction of its own.
async fn ask(db: &Db, ctx: &Ctx, permission: Permission) -> Result<(), Denied> {
    let mut tx = db.begin(ctx).await.unwrap();
    permissions::require(&mut tx, ctx, permission, Scope::Tenant)
        .await
        .map(drop)
}

#[tokio::test]
async fn door_staff_check_in_and_see_no_buyer() {
    let app = TestApp::start().await;
    let door = hire(&app, &app.alfa, "door@alfa.test", Some(Role::DoorStaff)).await;
    let ctx = as_staff(&app, &app.alfa, door);
    assert!(ask(&app.db, &ctx, Permission::TicketScan).await.is_ok());
    assert!(ask(&app.db, &ctx, Permission::EventRead).await.is_ok());
    for entry in permissions::registry() {
        let answer = ask(&app.db, &ctx, entry.permission).await;
        assert!(!entry.is_pii || answer.is_err(), "{}", entry.name);
        if entry.name.starts_with("order.") {
            assert!(matches!(answer, Err(Denied::Hidden)), "{}: {answer:?}", entry.name);
        }
    }
    // What one may see but not do is forbidden, not hidden.
    let answer = ask(&app.db, &ctx, Permission::EventUpdate).await;
    assert!(
        matches!(answer, Err(Denied::Forbidden(Permission::EventUpdate))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn rights_of_one_tenant_are_none_at_another() {
    let app = TestApp::start().await;
    let owner = hire(&app, &app.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    for entry in permissions::registry() {
        assert!(
            ask(&app.db, &as_staff(&app, &app.alfa, owner), entry.permission)
                .await
                .is_ok(),
            "{}",
            entry.name
        );
        let elsewhere = ask(&app.db, &as_staff(&app, &app.beta, owner), entry.permission).await;
        assert!(
            matches!(elsewhere, Err(Denied::Hidden)),
            "{}: {elsewhere:?}",
            entry.name
        );
    }
}

#[tokio::test]
async fn a_change_counts_for_the_next_request_on_every_node() {
    let app = TestApp::start().await;
    let other_node = app.test_db.app(2).await;
    hire(&app, &app.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    let door = hire(&app, &app.alfa, "door@alfa.test", None).await;
    let ctx = as_staff(&app, &app.alfa, door);
    let system = app.ctx(&app.alfa);
    for _ in 0..20 {
        assert!(ask(&app.db, &ctx, Permission::TicketScan).await.is_err());
        assert!(ask(&other_node, &ctx, Permission::TicketScan).await.is_err());

        let mut tx = app.db.begin(&system).await.unwrap();
        let id = permissions::assign(&mut tx, &system, door, Role::DoorStaff, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(ask(&app.db, &ctx, Permission::TicketScan).await.is_ok());
        assert!(ask(&other_node, &ctx, Permission::TicketScan).await.is_ok());

        let mut tx = other_node.begin(&system).await.unwrap();
        permissions::withdraw(&mut tx, &system, id).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_change_that_was_rolled_back_leaves_no_trace() {
    let app = TestApp::start().await;
    let door = hire(&app, &app.alfa, "door@alfa.test", None).await;
    let other = hire(&app, &app.alfa, "eva@alfa.test", None).await;
    let (ctx, system) = (as_staff(&app, &app.alfa, door), app.ctx(&app.alfa));
    let mut tx = app.db.begin(&system).await.unwrap();
    permissions::assign(&mut tx, &system, door, Role::Owner, None)
        .await
        .unwrap();
    assert!(
        permissions::require(&mut tx, &ctx, Permission::AuditRead, Scope::Tenant)
            .await
            .is_ok()
    );
    tx.rollback().await.unwrap();
    assert!(ask(&app.db, &ctx, Permission::AuditRead).await.is_err());
    // The next change must not meet the policy that the rolled-back one left in memory.
    let mut tx = app.db.begin(&system).await.unwrap();
    permissions::assign(&mut tx, &system, other, Role::Owner, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(ask(&app.db, &ctx, Permission::AuditRead).await.is_err());
}

#[tokio::test]
async fn the_last_owner_stays() {
    let app = TestApp::start().await;
    let owner = hire(&app, &app.alfa, "ana@alfa.test", Some(Role::Owner)).await;
    hire(&app, &app.beta, "bo@beta.test", Some(Role::Owner)).await;
    let system = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&system).await.unwrap();
    let held = permissions::list_memberships(&mut tx, owner).await.unwrap();
    let answer = permissions::withdraw(&mut tx, &system, held[0].id).await;
    assert!(matches!(answer, Err(MembershipError::LastOwner)), "{answer:?}");
    tx.rollback().await.unwrap();

    let foreign = app.ctx(&app.beta);
    let mut tx = app.db.begin(&foreign).await.unwrap();
    let answer = permissions::withdraw(&mut tx, &foreign, held[0].id).await;
    assert!(matches!(answer, Err(MembershipError::Unknown)), "{answer:?}");
}

#[tokio::test]
async fn an_account_of_another_tenant_gets_no_role() {
    let app = TestApp::start().await;
    let stranger = hire(&app, &app.beta, "bo@beta.test", None).await;
    let system = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&system).await.unwrap();
    assert!(
        permissions::assign(&mut tx, &system, stranger, Role::Owner, None)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn actors_other_than_staff_have_what_their_kind_has() {
    let app = TestApp::start().await;
    let system = app.ctx(&app.alfa);
    assert!(ask(&app.db, &system, Permission::MemberInvite).await.is_ok());
    let buyer = app.ctx(&app.alfa).with_actor(Actor::Buyer);
    assert!(matches!(
        ask(&app.db, &buyer, Permission::EventRead).await,
        Err(Denied::Hidden)
    ));
    let scopes = [ApiScope::EventsRead].into_iter().collect();
    let key = app.ctx(&app.alfa).with_actor(Actor::ApiKey(system.new_id(), scopes));
    assert!(ask(&app.db, &key, Permission::EventRead).await.is_ok());
    assert!(matches!(
        ask(&app.db, &key, Permission::OrderRead).await,
        Err(Denied::Forbidden(_))
    ));
    let mut tx = app.db.begin(&key).await.unwrap();
    let rights = permissions::rights(&mut tx, &key).await.unwrap();
    assert_eq!(rights.reach(Permission::EventRead), Reach::All);
    assert_eq!(rights.reach(Permission::OrderRead), Reach::none());
}
