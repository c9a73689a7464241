//! Grants: places, ends, roles of the tenant's own, and what they mean for lists.

use bilten_core::reports::{self, OrderFilter};
use bilten_kernel::Timestamp;
use bilten_tenancy::permissions::{
    self, Grant, MembershipError, OwnRoleError, Permission, PermissionSet, Place, Role, RoleName, RoleWish, Scope,
};
use jiff::SignedDuration;

use super::{Town, as_staff};

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn grant(role: Role, place: Place, expires_at: Option<Timestamp>) -> Grant {
    Grant {
        role: RoleName::BuiltIn(role),
        place,
        expires_at,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_ends_at_its_hour_although_the_policy_is_in_memory() {
    let town = Town::open().await;
    let end = town.app.now() + hours(2);
    let clerk = town.hire_for(Role::EventManager, Place::Tenant, Some(end)).await;
    let page = format!("/manage/events/{}", town.event);
    assert_eq!(town.look(&clerk, &page).await.status, 200);
    town.app.advance(hours(2) - SignedDuration::from_secs(1));
    assert_eq!(town.look(&clerk, &page).await.status, 200);
    town.app.advance(SignedDuration::from_secs(1));
    assert_eq!(town.look(&clerk, &page).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_for_one_event_opens_that_event_and_shows_only_it_in_lists() {
    let town = Town::open().await;
    let (second, kind) = town.web.open_sale(&town.nord, 5, 10_000).await;
    let cart = town.web.hold(&town.nord, &second, &kind, 1).await.expect(201);
    town.web
        .check_out(&town.nord, cart["id"].as_str().unwrap(), "buy")
        .await
        .expect(200);
    let clerk = town.hire_for(Role::EventManager, Place::Event(town.event), None).await;
    assert_eq!(
        town.look(&clerk, &format!("/manage/events/{}", town.event))
            .await
            .status,
        200
    );
    assert_eq!(town.look(&clerk, &format!("/manage/events/{second}")).await.status, 404);
    let list = town.look(&clerk, "/manage/events").await.text;
    assert!(
        list.contains(&town.event.to_string()) && !list.contains(&second),
        "{list}"
    );
    // Nothing of the other event's buyers, in no list.
    let ctx = as_staff(&town, &clerk);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let rights = permissions::rights(&mut tx, &ctx).await.unwrap();
    let reach = rights.reach(Permission::OrderRead);
    let filter = OrderFilter::default();
    let orders = reports::list_orders(&mut tx, &filter, &reach, None, 50).await;
    assert!(orders.unwrap().rows.is_empty());
    assert!(!rights.allows(Permission::EventCreate, Scope::Anywhere));
    assert_eq!(town.look(&clerk, "/manage/events/new").await.status, 403);
    assert_eq!(town.look(&clerk, "/manage/team").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_longer_than_he_holds() {
    let town = Town::open().await;
    let end = town.app.now() + hours(24);
    let giver = town.hire_for(Role::Admin, Place::Tenant, Some(end)).await;
    let friend = town.hire(Role::DoorStaff).await;
    let ctx = as_staff(&town, &giver);
    let give = async |until: Option<Timestamp>| {
        let mut tx = town.app.db.begin(&ctx).await.unwrap();
        let given = permissions::give(
            &mut tx,
            &ctx,
            friend.account,
            &grant(Role::Viewer, Place::Tenant, until),
        )
        .await;
        tx.rollback().await.unwrap();
        given.map(drop)
    };
    assert!(give(Some(end)).await.is_ok());
    for until in [None, Some(end + hours(1))] {
        let refused = give(until).await;
        assert!(matches!(refused, Err(MembershipError::NotHeld(_))), "{refused:?}");
    }
    assert!(matches!(
        give(Some(town.app.now())).await,
        Err(MembershipError::WrongEnd)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_are_between_one_and_five_and_auditors_have_an_end() {
    let town = Town::open().await;
    let ctx = town.ctx();
    // The shop was provisioned with an owner.
    for _ in 0..4 {
        town.hire(Role::Owner).await;
    }
    let sixth = town.hire(Role::Viewer).await;
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let mut give = async |wish: Grant| permissions::give(&mut tx, &ctx, sixth.account, &wish).await.map(drop);
    let whole = Place::Tenant;
    assert!(matches!(
        give(grant(Role::Owner, whole, None)).await,
        Err(MembershipError::TooManyOwners)
    ));
    let tomorrow = Some(town.app.now() + hours(24));
    assert!(matches!(
        give(grant(Role::Owner, whole, tomorrow)).await,
        Err(MembershipError::OwnerEnds)
    ));
    assert!(matches!(
        give(grant(Role::Finance, Place::Event(town.event), None)).await,
        Err(MembershipError::WrongPlace)
    ));
    let late = Some(town.app.now() + hours(24 * 400));
    for until in [None, late] {
        assert!(matches!(
            give(grant(Role::Auditor, whole, until)).await,
            Err(MembershipError::WrongEnd)
        ));
    }
    assert!(give(grant(Role::Auditor, whole, tomorrow)).await.is_ok());
    assert!(matches!(
        give(grant(Role::Auditor, whole, tomorrow)).await,
        Err(MembershipError::Held)
    ));
    // A place of another tenant is no place.
    assert!(matches!(
        give(grant(Role::DoorStaff, Place::Event(town.foreign), None)).await,
        Err(MembershipError::Db(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_the_tenants_own_counts_from_the_next_request_and_previews_tell_whom_it_touches() {
    let town = Town::open().await;
    let ctx = town.ctx();
    let set = |permissions: &[Permission]| permissions.iter().copied().collect::<PermissionSet>();
    let wish = |permissions: &[Permission]| RoleWish {
        name: "Front desk".to_owned(),
        permissions: set(permissions),
    };
    let (one, two) = (town.hire(Role::Viewer).await, town.hire(Role::DoorStaff).await);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let reads = [Permission::EventRead, Permission::ReportRead];
    let id = permissions::save_own_role(&mut tx, &ctx, None, &wish(&reads))
        .await
        .unwrap();
    for clerk in [&one, &two] {
        let role = Grant {
            role: RoleName::Own(id),
            place: Place::Tenant,
            expires_at: None,
        };
        permissions::give(&mut tx, &ctx, clerk.account, &role).await.unwrap();
    }
    tx.commit().await.unwrap();
    let page = format!("/manage/events/{}", town.event);
    assert_eq!(town.look(&two, &page).await.status, 200);

    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let changed = set(&[
        Permission::EventRead,
        Permission::OrderCancel,
        Permission::OrderRefundApprove,
    ]);
    let preview = permissions::preview_own_role(&mut tx, &ctx, Some(id), changed)
        .await
        .unwrap();
    assert_eq!(preview.gains[&Permission::OrderCancel], 2);
    // The viewer sees figures by his other role.
    assert_eq!(preview.losses[&Permission::ReportRead], 1);
    assert!(!preview.losses.contains_key(&Permission::EventRead));
    assert_eq!(preview.clashes.len(), 1);
    assert_eq!(town.look(&two, &page).await.status, 200, "a preview changes nothing");
    permissions::save_own_role(&mut tx, &ctx, Some(id), &wish(&[Permission::EventRead]))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(town.look(&two, &page).await.status, 403);

    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let held = permissions::delete_own_role(&mut tx, &ctx, id).await;
    assert!(matches!(held, Err(OwnRoleError::InUse(2))), "{held:?}");
    let twice = permissions::save_own_role(&mut tx, &ctx, None, &wish(&reads)).await;
    assert!(matches!(twice, Err(OwnRoleError::NameTaken)), "{twice:?}");
    let reserved = wish(&[Permission::CampaignSend]);
    let refused = permissions::save_own_role(&mut tx, &ctx, None, &reserved).await;
    assert!(matches!(refused, Err(OwnRoleError::Reserved(_))), "{refused:?}");
}

/// What the page says of somebody is what the policy decides.
#[tokio::test(flavor = "multi_thread")]
async fn the_explanation_and_the_policy_agree() {
    let town = Town::open().await;
    let clerk = town.hire_for(Role::EventManager, Place::Event(town.event), None).await;
    let ctx = town.ctx();
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let extra = grant(Role::Marketing, Place::Tenant, Some(town.app.now() + hours(1)));
    permissions::give(&mut tx, &ctx, clerk.account, &extra).await.unwrap();
    let own = as_staff(&town, &clerk);
    for now in [town.app.now(), town.app.now() + hours(1)] {
        let memberships = permissions::list_memberships(&mut tx, clerk.account).await.unwrap();
        let roles = permissions::all_roles(&mut tx).await.unwrap();
        let why: PermissionSet = permissions::why(&memberships, &roles, now).keys().copied().collect();
        let (rights, _) = permissions::standing(&mut tx, clerk.account, now).await.unwrap();
        assert_eq!(rights.held_anywhere(), why, "{own:?}");
    }
}
