//! What a page shows and a form changes beyond what its reader or sender may.

use axum::body::Body;
use bilten_kernel::{Actor, OperatorId};
use bilten_tenancy::permissions::{self, Place, Role, Scope};
use bilten_tests::Clerk;
use http::{Method, Request};
use jiff::SignedDuration;

use super::{Town, as_staff, flash, member, refused};

/// B16, B17, B18, B19.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_no_more_than_its_reader_may_see() {
    let town = Town::open().await;
    let (second, kind) = town.web.open_sale(&town.nord, 5, 10_000).await;
    let cart = town.web.hold(&town.nord, &second, &kind, 1).await.expect(201);
    let sold = town
        .web
        .check_out(&town.nord, cart["id"].as_str().unwrap(), "buy")
        .await
        .expect(200);
    let buyer = "ada@example.org";
    // Sees figures everywhere and buyers at one event: the other event's page and the first page show none.
    let clerk = town.hire_for(Role::Viewer, Place::Tenant, None).await;
    let ctx = town.ctx();
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let manager = permissions::Grant {
        role: permissions::RoleName::BuiltIn(Role::EventManager),
        place: Place::Event(town.event),
        expires_at: None,
    };
    permissions::give(&mut tx, &ctx, clerk.account, &manager).await.unwrap();
    tx.commit().await.unwrap();
    for path in [
        format!("/manage/events/{second}"),
        "/manage".to_owned(),
        "/manage/events".to_owned(),
    ] {
        let page = town.look(&clerk, &path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text.contains(buyer), "{path} shows a buyer");
    }
    let order = sold["id"].as_str().unwrap();
    let viewer = town.hire(Role::Viewer).await;
    let auditor = town
        .hire_for(
            Role::Auditor,
            Place::Tenant,
            Some(town.app.now() + SignedDuration::from_hours(24)),
        )
        .await;
    for reader in [&viewer, &auditor, &clerk] {
        for path in [
            format!("/manage/orders/{order}"),
            format!("/manage/events/{second}/attendees"),
            format!("/manage/events/{second}/attendees.csv"),
        ] {
            let answer = town.look(reader, &path).await;
            assert!(matches!(answer.status.as_u16(), 403 | 404), "{path}: {}", answer.status);
        }
        for path in [
            format!("/manage/orders?q={buyer}"),
            "/manage/orders?sort=buyer".to_owned(),
        ] {
            let answer = town.look(reader, &path).await;
            assert!(!answer.text.contains(order), "{path} finds by a buyer's address");
        }
    }
    for path in ["/manage/finance/journal.csv", "/manage/finance/events.csv"] {
        let file = town.look(&auditor, path).await;
        assert_eq!(file.status, 200, "{path}");
        assert!(!file.text.contains(buyer), "{path} names a buyer");
    }
}

/// B21, B22.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_changes_no_more_than_its_sender_may() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let extra = [
        ("name", "Editor"),
        ("step", "save"),
        ("permission", "event.read"),
        ("permission", "event.update"),
        ("tenant_id", "00000000-0000-0000-0000-000000000000"),
        ("created_by", "acc_0"),
        ("id", "rol_0"),
    ];
    assert_eq!(
        flash(&town.submit(&owner, "/manage/roles/new", &extra).await),
        "flash-role-saved"
    );
    let ctx = as_staff(&town, &owner);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let own = permissions::list_own_roles(&mut tx).await.unwrap().remove(0);
    drop(tx);
    assert_eq!(own.permissions.iter().count(), 2);
    let clerk = town.hire_for(Role::DoorStaff, Place::Tenant, None).await;
    let role = own.id.to_string();
    town.submit(&owner, &format!("{}/roles", member(&clerk)), &[("role", &role)])
        .await;
    let event = format!("/manage/events/{}/setup", town.event);
    assert_eq!(town.look(&clerk, &format!("{event}/basics")).await.status, 200);
    // Prices are not his, neither by their page nor by the fields of another one.
    let prices = [
        ("name_0", "Free"),
        ("price_0", "0"),
        ("capacity_0", "10"),
        ("min_0", "1"),
        ("max_0", "4"),
    ];
    assert_eq!(
        town.submit(&clerk, &format!("{event}/tickets"), &prices).await.status,
        403
    );
    assert_eq!(town.look(&clerk, &format!("{event}/tickets")).await.status, 403);
    let before = town
        .web
        .call(&town.nord, Method::GET, &format!("/events/{}", town.event), None)
        .await;
    let mut basics = vec![
        ("title", "Renamed"),
        ("starts", "2031-06-01T20:00"),
        ("ends", "2031-06-01T23:00"),
        ("zone", "Europe/Oslo"),
    ];
    basics.extend(prices);
    basics.push(("organizer_id", "org_0"));
    town.submit(&clerk, &format!("{event}/basics"), &basics).await;
    let after = town
        .web
        .call(&town.nord, Method::GET, &format!("/events/{}", town.event), None)
        .await;
    assert_eq!(before.json()["ticket_types"], after.json()["ticket_types"]);
}

/// B23, B24.
#[tokio::test(flavor = "multi_thread")]
async fn verbs_are_what_they_are() {
    let town = Town::open().await;
    let (door, owner) = (town.hire(Role::DoorStaff).await, town.hire(Role::Owner).await);
    let ask = async |clerk: &Clerk, method: Method, path: &str, over: Option<&str>| {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &clerk.host)
            .header("accept", "text/html")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", format!("session={}", clerk.cookie));
        for name in ["x-http-method-override", "x-method-override", "x-http-method"] {
            if let Some(over) = over {
                request = request.header(name, over);
            }
        }
        town.web.send(request.body(Body::empty()).unwrap()).await
    };
    for path in ["/manage/team", "/manage/roles", "/manage/api-keys"] {
        for method in [Method::GET, Method::HEAD] {
            let answer = ask(&door, method, path, None).await;
            assert_eq!(answer.status, 404, "{path}");
        }
        let options = ask(&door, Method::OPTIONS, path, None).await;
        assert!(
            options.status.is_client_error() && !options.text.contains("owner"),
            "{path}"
        );
    }
    // A reading request stays one, whatever it says about itself.
    let removal = format!("{}/removal?_method=POST", member(&door));
    for over in ["POST", "DELETE", "PUT"] {
        let answer = ask(&owner, Method::GET, &removal, Some(over)).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    assert_eq!(town.roles_of(door.account).await, ["door_staff"]);
}

/// B26.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_before_is_refused_after_a_demotion() {
    let town = Town::open().await;
    let admin = town.hire(Role::Admin).await;
    let friend = town.hire(Role::DoorStaff).await;
    assert!(town.look(&admin, &member(&friend)).await.text.contains(&admin.csrf));
    town.demote(admin.account).await;
    refused(
        &town,
        &admin,
        &format!("{}/roles", member(&friend)),
        &[("role", "admin")],
    )
    .await;
    refused(
        &town,
        &admin,
        "/manage/api-keys",
        &[("name", "x"), ("scope", "events:read")],
    )
    .await;
    assert_eq!(town.roles_of(friend.account).await, ["door_staff"]);
}

/// B30.
#[tokio::test(flavor = "multi_thread")]
async fn scanning_ends_with_the_role() {
    let town = Town::open().await;
    let end = town.app.now() + SignedDuration::from_hours(6);
    let door = town
        .hire_for(Role::DoorStaff, Place::Event(town.event), Some(end))
        .await;
    let gate = format!("/manage/events/{}/check-in", town.event);
    assert_eq!(town.look(&door, &gate).await.status, 200);
    town.app.advance(SignedDuration::from_hours(6));
    assert_eq!(town.look(&door, &gate).await.status, 404);
    refused(&town, &door, &gate, &[("code", "ABC"), ("gate", "North")]).await;
}

/// B36.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_nobody_in_a_tenant() {
    let town = Town::open().await;
    let id = OperatorId::from_uuid(town.ctx().random_uuid());
    let ctx = town.ctx().with_actor(Actor::Operator(id));
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let rights = permissions::rights(&mut tx, &ctx).await.unwrap();
    for entry in permissions::registry() {
        assert!(!rights.allows(entry.permission, Scope::Anywhere), "{}", entry.name);
    }
}
