//! Ways in which somebody could help himself to more than he was given. Those that exist today are tried here one by one;
//! the others wait for the part of the program that they are about.

use bilten_tenancy::permissions::{self, Permission, Role, RoleWish};
use bilten_tests::{Clerk, report};

use super::{Town, as_staff, flash, member, refused, role_form};

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
        Some("invitations::dead_invitations_open_nothing"),
    ),
    (
        6,
        "swap the address of an invitation",
        Some("invitations::an_invitation_is_bound_to_its_address"),
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
        Some("leaks::a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (
        17,
        "read persons in an export",
        Some("leaks::a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (
        18,
        "search by fields that one does not see",
        Some("leaks::a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (
        19,
        "sort by fields that one does not see",
        Some("leaks::a_page_shows_no_more_than_its_reader_may_see"),
    ),
    (20, "read an aggregate of one", None),
    (
        21,
        "write a field that one does not see",
        Some("leaks::a_form_changes_no_more_than_its_sender_may"),
    ),
    (
        22,
        "send fields that nobody asked for",
        Some("leaks::a_form_changes_no_more_than_its_sender_may"),
    ),
    (23, "override the verb", Some("leaks::verbs_are_what_they_are")),
    (24, "ask with HEAD or OPTIONS", Some("leaks::verbs_are_what_they_are")),
    (25, "ask many things at once", None),
    (
        26,
        "send a form after losing the role",
        Some("leaks::a_form_of_before_is_refused_after_a_demotion"),
    ),
    (
        27,
        "let a job do it with old rights",
        Some("invitations::dead_invitations_open_nothing"),
    ),
    (28, "let a schedule report after leaving", None),
    (29, "use a device after it was taken away", None),
    (30, "scan out of hours", Some("leaks::scanning_ends_with_the_role")),
    (
        31,
        "split a refund below the limit",
        Some("billing::second_person::one_person_gives_back_no_more_in_parts_than_at_once"),
    ),
    (32, "agree to one's own refund by a second account", None),
    (
        33,
        "give oneself a role as a visiting operator",
        Some("visits::inside::a_visitor_grants_himself_nothing"),
    ),
    (
        34,
        "read the log of one's own visit",
        Some("visits::inside::a_visitor_does_not_see_how_he_is_seen"),
    ),
    (
        35,
        "visit from a visit",
        Some("visits::inside::a_visit_leads_nowhere_else"),
    ),
    (
        36,
        "use a role of the platform in a tenant",
        Some("leaks::an_operator_is_nobody_in_a_tenant"),
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
