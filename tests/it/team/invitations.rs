//! Invitations that open nothing, and that open nothing else.

use axum::body::Body;
use bilten_tenancy::permissions::Role;
use bilten_tests::Clerk;
use http::Request;
use jiff::SignedDuration;

use super::{Town, as_staff, flash, member};

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
