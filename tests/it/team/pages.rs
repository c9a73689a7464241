//! The pages of the team as their readers see them.

use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, get_page};

use super::{Town, flash, member, role_form};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_by_mail_accepts_and_works() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let fields = [
        ("email", "new@example.org"),
        ("role", "event_manager"),
        ("place", ""),
        ("until", ""),
    ];
    let sent = town.submit(&owner, "/manage/team/invitations", &fields).await;
    assert_eq!(flash(&sent), "flash-invited");
    town.web.run_jobs().await;
    let mailbox = town.web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(town.nord.id)).await.unwrap();
    let mail = mails
        .iter()
        .map(|mail| format!("{mail:?}"))
        .find(|mail| mail.contains("new@example.org"));
    let mail = mail.expect("the invitation was mailed");
    let (_, rest) = mail.split_once("/manage/invitations/").expect("with its link");
    let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let path = format!("/manage/invitations/{token}");
    let page = town.web.page(&town.nord.host, &path).await;
    assert!(
        page.status == 200 && page.text.contains("new@example.org"),
        "{}",
        page.text
    );
    assert!(page.text.contains("Event manager") && page.text.contains("name=\"password\""));

    let post = |fields: &[(&str, &str)]| bilten_tests::post_form(&town.nord.host, &path, None, fields);
    let short = town.web.send(post(&[("name", ""), ("password", "short")])).await;
    assert_eq!(short.status, 422);
    let joined = town
        .web
        .send(post(&[("name", "New Person"), ("password", "correct horse battery")]))
        .await;
    assert_eq!(flash(&joined), "flash-invitation-accepted", "{}", joined.text);
    let login = [("email", "new@example.org"), ("password", "correct horse battery")];
    let answer = town
        .web
        .send(bilten_tests::post_form(&town.nord.host, "/manage/login", None, &login))
        .await;
    let session = answer.session().expect("the new password logs in");
    let events = town
        .web
        .send(get_page(&town.nord.host, "/manage/events", Some(&session)))
        .await;
    assert_eq!(events.status, 200);
    let team = town.look(&owner, "/manage/team").await.text;
    assert!(team.contains("New Person") && !team.contains("Take back"), "{team}");

    // The second invitation adds to the account, without another password.
    town.submit(
        &owner,
        "/manage/team/invitations",
        &[("email", "NEW@example.org"), ("role", "viewer")],
    )
    .await;
    let ctx = super::as_staff(&town, &owner);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let open = bilten_sso::team::list_open_invitations(&mut tx, &ctx).await.unwrap();
    drop(tx);
    let token = town.web.state.links.invitation(town.nord.id, open[0].id);
    let path = format!("/manage/invitations/{token}");
    let page = town.web.page(&town.nord.host, &path).await.text;
    assert!(!page.contains("name=\"password\""), "{page}");
    let added = town
        .web
        .send(bilten_tests::post_form(&town.nord.host, &path, None, &[]))
        .await;
    assert_eq!(flash(&added), "flash-invitation-accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_is_out_and_comes_back_by_an_invitation_only() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let clerk = town.hire(Role::EventManager).await;
    assert_eq!(town.look(&clerk, "/manage/events").await.status, 200);
    let gone = town.submit(&owner, &format!("{}/removal", member(&clerk)), &[]).await;
    assert_eq!(flash(&gone), "flash-member-removed");
    let answer = town.look(&clerk, "/manage/events").await;
    assert!(answer.location().contains("/manage/login"));
    assert_eq!(town.look(&owner, &member(&clerk)).await.status, 404);
    assert!(
        !town
            .look(&owner, "/manage/team")
            .await
            .text
            .contains(&clerk.account.to_string())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_tried_before_it_is_saved_and_its_page_tells_who_is_touched() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let clerk = town.hire(Role::DoorStaff).await;
    let mut tried = role_form("Front desk", &["event.read", "order.cancel", "order.refund_approve"]);
    tried[1] = ("step", "preview");
    let page = town.submit(&owner, "/manage/roles/new", &tried).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("belong in different hands"), "{}", page.text);
    assert!(!town.look(&owner, "/manage/roles").await.text.contains("Front desk"));
    let saved = town
        .submit(&owner, "/manage/roles/new", &role_form("Front desk", &["event.read"]))
        .await;
    assert_eq!(flash(&saved), "flash-role-saved");
    let roles = town.look(&owner, "/manage/roles").await.text;
    let (_, rest) = roles.split_once("/manage/roles/rol_").expect("the role has its form");
    let id = format!("rol_{}", rest.split('"').next().unwrap());
    let given = town
        .submit(&owner, &format!("{}/roles", member(&clerk)), &[("role", &id)])
        .await;
    assert_eq!(flash(&given), "flash-role-given");
    let mut wider = role_form("Front desk", &["event.read", "order.resend"]);
    wider[1] = ("step", "preview");
    let page = town.submit(&owner, &format!("/manage/roles/{id}"), &wider).await.text;
    assert!(page.contains("One person gains: Send tickets again"), "{page}");
    let who = town.look(&owner, "/manage/roles?permission=event.read").await.text;
    assert!(who.contains(&clerk.account.to_string()) && who.contains(&owner.account.to_string()));
    let held = town.submit(&owner, &format!("/manage/roles/{id}/removal"), &[]).await;
    assert_eq!(flash(&held), "flash-refused-in-use");
    let why = town.look(&owner, &member(&clerk)).await.text;
    assert!(why.contains("Check tickets in") && why.contains("Front desk"), "{why}");
}

/// Whoever holds a role begins at a page that he may open, and is offered no other.
#[tokio::test(flavor = "multi_thread")]
async fn each_role_begins_where_its_work_is_and_every_entry_of_its_rail_opens() {
    let town = Town::open().await;
    for role in Role::ALL {
        let end = role
            .needs_end()
            .then(|| town.app.now() + jiff::SignedDuration::from_hours(24));
        let clerk = town
            .hire_for(role, bilten_tenancy::permissions::Place::Tenant, end)
            .await;
        let mut first = town.look(&clerk, "/manage").await;
        if first.status.is_redirection() {
            first = town.look(&clerk, first.location()).await;
        }
        assert_eq!(first.status, 200, "{role} begins nowhere");
        let (_, rail) = first.text.split_once("rail__nav").expect("the page has a rail");
        let rail = rail.split("</nav>").next().unwrap();
        for link in rail.split("href=\"").skip(1) {
            let path = link.split('"').next().unwrap();
            let page = town.look(&clerk, path).await;
            assert_eq!(page.status, 200, "{role}: {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_the_team_sees_it_and_changes_nothing() {
    let town = Town::open().await;
    let viewer = town.hire(Role::Viewer).await;
    let stranger = Clerk::hire(&town.app, (town.sor.id, &town.sor.host), Role::Owner, None).await;
    let page = town.look(&viewer, "/manage/team").await;
    assert!(
        page.status == 200 && !page.text.contains("name=\"role\""),
        "{}",
        page.text
    );
    assert!(!page.text.contains("/manage/api-keys"));
    assert!(!page.text.contains(&stranger.account.to_string()));
    assert_eq!(town.look(&viewer, "/manage/roles/new").await.status, 403);
    assert_eq!(town.look(&viewer, "/manage/api-keys").await.status, 404);
}
