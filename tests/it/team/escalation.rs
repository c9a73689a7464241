//! Ways in which somebody could help himself to more than he was given. Those that exist today are tried here one by one;
//! the others wait for the part of the program that they are about.

use axum::body::Body;
use bilten_kernel::{Actor, OperatorId};
use bilten_tenancy::permissions::{self, Permission, Place, Role, RoleWish, Scope};
use bilten_tests::{Clerk, report};
use http::{Method, Request};
use jiff::SignedDuration;

use super::{Town, as_staff, flash, member, role_form};

/// The list: number, what is tried, and the test that tries it.
const CASES: [(u8, &str, Option<&str>); 36] = [
    (
        1,
        "grant what one does not hold",
        Some("nobody_gives_what_he_does_not_hold"),
    ),
    (2, "edit one's own role", Some("nobody_changes_his_own_roles")),
    (
        3,
        "make a role that holds more than oneself",
        Some("nobody_gives_what_he_does_not_hold"),
    ),
    (4, "invite an owner", Some("nobody_gives_what_he_does_not_hold")),
    (
        5,
        "accept after it was taken back",
        Some("dead_invitations_open_nothing"),
    ),
    (
        6,
        "swap the address of an invitation",
        Some("an_invitation_is_bound_to_its_address"),
    ),
    (
        7,
        "name a role of another tenant",
        Some("roles_and_places_of_another_tenant_are_none"),
    ),
    (8, "widen a scope by copying an event", None),
    (9, "widen a scope by a series of events", None),
    (10, "widen a scope by a tag", None),
    (11, "rename a group of the directory", None),
    (12, "change the case of a claim", None),
    (
        13,
        "make a key that holds more than its maker",
        Some("nobody_gives_what_he_does_not_hold"),
    ),
    (
        14,
        "keep a key after losing the role",
        Some("keys::a_key_loses_what_its_maker_loses"),
    ),
    (15, "read fields by a webhook", None),
    (
        16,
        "read what a page includes of others",
        Some("a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (
        17,
        "read persons in an export",
        Some("a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (
        18,
        "search by fields that one does not see",
        Some("a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (
        19,
        "sort by fields that one does not see",
        Some("a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (20, "read an aggregate of one", None),
    (
        21,
        "write a field that one does not see",
        Some("a_form_changes_no_more_than_its_sender_may"),
    ),
    (
        22,
        "send fields that nobody asked for",
        Some("a_form_changes_no_more_than_its_sender_may"),
    ),
    (23, "override the verb", Some("verbs_are_what_they_are")),
    (24, "ask with HEAD or OPTIONS", Some("verbs_are_what_they_are")),
    (25, "ask many things at once", None),
    (
        26,
        "send a form after losing the role",
        Some("a_form_of_before_is_refused_after_a_demotion"),
    ),
    (
        27,
        "let a job do it with old rights",
        Some("dead_invitations_open_nothing"),
    ),
    (28, "let a schedule report after leaving", None),
    (29, "use a device after it was taken away", None),
    (30, "scan out of hours", Some("scanning_ends_with_the_role")),
    (
        31,
        "split a refund below the limit",
        Some("billing::second_person::one_person_gives_back_no_more_in_parts_than_at_once"),
    ),
    (32, "agree to one's own refund by a second account", None),
    (33, "give oneself a role as a visiting operator", None),
    (34, "read the log of one's own visit", None),
    (35, "visit from a visit", None),
    (
        36,
        "use a role of the platform in a tenant",
        Some("an_operator_is_nobody_in_a_tenant"),
    ),
];

#[test]
fn counted_escalation_cases_are_tried_or_wait_for_what_they_are_about() {
    let tried = CASES.iter().filter(|(_, _, test)| test.is_some()).count();
    assert!(CASES.iter().enumerate().all(|(at, (n, ..))| usize::from(*n) == at + 1));
    let waiting: Vec<String> = CASES
        .iter()
        .filter(|(_, _, test)| test.is_none())
        .map(|(n, what, _)| format!("B{n:02} {what}"))
        .collect();
    report(&format!(
        "escalation: {tried} of {} cases tried; waiting: {}",
        CASES.len(),
        waiting.join(", ")
    ));
    assert!(tried >= 22, "{tried}");
}

async fn refused(town: &Town, clerk: &Clerk, path: &str, fields: &[(&str, &str)]) {
    let answer = town.submit(clerk, path, fields).await;
    let said = flash(&answer);
    assert!(
        matches!(answer.status.as_u16(), 403 | 404 | 422) || said.starts_with("flash-refused-"),
        "{path} {fields:?}: {} {said}",
        answer.status
    );
}

/// B01, B03, B04, B13.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_what_he_does_not_hold() {
    let town = Town::open().await;
    let (admin, friend) = (town.hire(Role::Admin).await, town.hire(Role::DoorStaff).await);
    let give = format!("{}/roles", member(&friend));
    let invite = "/manage/team/invitations";
    for role in ["owner", "finance"] {
        refused(&town, &admin, &give, &[("role", role)]).await;
        refused(&town, &admin, invite, &[("email", "x@example.org"), ("role", role)]).await;
    }
    let wider = role_form("Wider", &["event.read", "payee.manage"]);
    refused(&town, &admin, "/manage/roles/new", &wider).await;
    let key = [("name", "Wider"), ("scope", "payees:write")];
    refused(&town, &admin, "/manage/api-keys", &key).await;
    // Nor is the mightier one thrown out by the lesser.
    let owner = town.hire(Role::Owner).await;
    refused(&town, &admin, &format!("{}/removal", member(&owner)), &[]).await;
    // Whoever may not invite at all is not shown that anybody can.
    for clerk in [&friend, &town.hire(Role::Viewer).await] {
        refused(&town, clerk, &give, &[("role", "door_staff")]).await;
        refused(
            &town,
            clerk,
            invite,
            &[("email", "x@example.org"), ("role", "door_staff")],
        )
        .await;
    }
    assert_eq!(town.roles_of(friend.account).await, ["door_staff"]);
    assert_eq!(town.roles_of(owner.account).await, ["owner"]);
    let given = town.submit(&admin, &give, &[("role", "event_manager")]).await;
    assert_eq!(flash(&given), "flash-role-given");
}

/// B02.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_his_own_roles() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let ctx = as_staff(&town, &owner);
    refused(
        &town,
        &owner,
        &format!("{}/roles", member(&owner)),
        &[("role", "finance")],
    )
    .await;
    refused(&town, &owner, &format!("{}/removal", member(&owner)), &[]).await;
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let held = permissions::list_memberships(&mut tx, owner.account).await.unwrap();
    drop(tx);
    let withdrawal = format!("/manage/team/roles/{}/withdrawal", held[0].id);
    refused(&town, &owner, &withdrawal, &[]).await;
    // A role of the tenant's own that one holds is changed by somebody else.
    let admin = town.hire(Role::Admin).await;
    let made = town
        .submit(&owner, "/manage/roles/new", &role_form("Own", &["event.read"]))
        .await;
    assert_eq!(flash(&made), "flash-role-saved");
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let own = permissions::list_own_roles(&mut tx).await.unwrap().remove(0).id;
    drop(tx);
    let role = own.to_string();
    let given = town
        .submit(&owner, &format!("{}/roles", member(&admin)), &[("role", &role)])
        .await;
    assert_eq!(flash(&given), "flash-role-given");
    let wider = role_form("Own", &["event.read", "order.cancel"]);
    refused(&town, &admin, &format!("/manage/roles/{own}"), &wider).await;
}

async fn invite(town: &Town, owner: &Clerk, email: &str) -> String {
    let fields = [("email", email), ("role", "viewer")];
    let sent = town.submit(owner, "/manage/team/invitations", &fields).await;
    assert_eq!(flash(&sent), "flash-invited", "{}", sent.text);
    let ctx = as_staff(town, owner);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let open = bilten_sso::team::list_open_invitations(&mut tx, &ctx).await.unwrap();
    let found = open.iter().find(|invitation| invitation.email == email).unwrap();
    town.web.state.links.invitation(town.nord.id, found.id)
}

/// Nobody is logged in who accepts.
async fn accept(town: &Town, host: &str, token: &str, extra: &str) -> bilten_tests::Answer {
    let body = format!("name=New+Person&password=correct+horse+battery{extra}");
    let request = Request::post(format!("/manage/invitations/{token}"))
        .header("host", host)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    town.web.send(request.body(Body::from(body)).unwrap()).await
}

/// B05, B27: taken back, too old, used, its sender gone or demoted, and the mail of a job that comes too late.
#[tokio::test(flavor = "multi_thread")]
async fn dead_invitations_open_nothing() {
    let town = Town::open().await;
    let host = town.nord.host.clone();
    let owner = town.hire(Role::Owner).await;
    let gone = async |token: &str| assert_eq!(accept(&town, &host, token, "").await.status, 410);
    let page = async |token: &str| town.web.page(&host, &format!("/manage/invitations/{token}")).await;

    let revoked = invite(&town, &owner, "revoked@example.org").await;
    let id = town.web.state.links.read_invitation(town.nord.id, &revoked).unwrap();
    let back = town
        .submit(&owner, &format!("/manage/team/invitations/{id}/revocation"), &[])
        .await;
    assert_eq!(flash(&back), "flash-invitation-revoked");
    gone(&revoked).await;
    assert_eq!(page(&revoked).await.status, 410);

    let used = invite(&town, &owner, "used@example.org").await;
    assert_eq!(page(&used).await.status, 200);
    assert_eq!(accept(&town, &host, &used, "").await.status, 303);
    gone(&used).await;

    // One that is sent by somebody who leaves before the mail goes, and one by somebody who is demoted after.
    let admin = town.hire(Role::Admin).await;
    let orphan = invite(&town, &admin, "orphan@example.org").await;
    assert_eq!(
        flash(&town.submit(&owner, &format!("{}/removal", member(&admin)), &[]).await),
        "flash-member-removed"
    );
    let other = town.hire(Role::Admin).await;
    let weak = invite(&town, &other, "weak@example.org").await;
    town.demote(other.account).await;
    town.web.run_jobs().await;
    for token in [&orphan, &weak] {
        gone(token).await;
    }
    let mailbox = town.web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(town.nord.id)).await.unwrap();
    let to: Vec<String> = mails.iter().map(|mail| format!("{mail:?}")).collect();
    assert!(
        !to.iter().any(|mail| mail.contains("orphan@") || mail.contains("weak@")),
        "{to:?}"
    );

    let old = invite(&town, &owner, "old@example.org").await;
    town.app.advance(SignedDuration::from_hours(7 * 24));
    gone(&old).await;
    let ctx = town.ctx();
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    for nobody in [
        "revoked@example.org",
        "orphan@example.org",
        "weak@example.org",
        "old@example.org",
    ] {
        assert!(
            bilten_sso::accounts::find_by_email(&mut tx, nobody)
                .await
                .unwrap()
                .is_none(),
            "{nobody}"
        );
    }
}

/// B06.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_bound_to_its_address() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let token = invite(&town, &owner, "right@example.org").await;
    // At the other shop's host, and with another seal, it is the link of nothing.
    assert_eq!(accept(&town, &town.sor.host, &token, "").await.status, 404);
    let half = token.len() / 2;
    let swapped = format!("{}{}", &token[half..], &token[..half]);
    assert_eq!(accept(&town, &town.nord.host, &swapped, "").await.status, 404);
    let extra = "&email=wrong%40example.org&role=owner&tenant_id=x&account=x";
    assert_eq!(accept(&town, &town.nord.host, &token, extra).await.status, 303);
    let ctx = town.ctx();
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let find = bilten_sso::accounts::find_by_email(&mut tx, "right@example.org").await;
    let account = find.unwrap().expect("the invited address has the account");
    assert!(
        bilten_sso::accounts::find_by_email(&mut tx, "wrong@example.org")
            .await
            .unwrap()
            .is_none()
    );
    drop(tx);
    assert_eq!(town.roles_of(account.id).await, ["viewer"]);
}

/// B07.
#[tokio::test(flavor = "multi_thread")]
async fn roles_and_places_of_another_tenant_are_none() {
    let town = Town::open().await;
    let (owner, friend) = (town.hire(Role::Owner).await, town.hire(Role::DoorStaff).await);
    let theirs = town.app.ctx(&town.app.alfa).in_tenant(town.sor.id);
    let mut tx = town.app.db.begin(&theirs).await.unwrap();
    let wish = RoleWish {
        name: "Theirs".to_owned(),
        permissions: [Permission::EventRead].into_iter().collect(),
    };
    let role = permissions::save_own_role(&mut tx, &theirs, None, &wish).await.unwrap();
    tx.commit().await.unwrap();
    let give = format!("{}/roles", member(&friend));
    refused(&town, &owner, &give, &[("role", &role.to_string())]).await;
    refused(
        &town,
        &owner,
        &give,
        &[("role", "viewer"), ("place", &town.foreign.to_string())],
    )
    .await;
    let stranger = Clerk::hire(&town.app, (town.sor.id, &town.sor.host), Role::DoorStaff, None).await;
    refused(
        &town,
        &owner,
        &format!("{}/roles", member(&stranger)),
        &[("role", "viewer")],
    )
    .await;
    refused(
        &town,
        &owner,
        &format!("/manage/roles/{role}"),
        &role_form("Mine", &["event.read"]),
    )
    .await;
    assert_eq!(town.roles_of(friend.account).await, ["door_staff"]);
}

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
