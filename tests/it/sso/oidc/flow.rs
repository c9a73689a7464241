//! The honest way: set up, test, take into use, log in.

use bilten_tests::Clerk;
use http::header::SET_COOKIE;
use serde_json::json;

use super::{Browser, CLIENT_ID, CLIENT_SECRET, Rig, Role, callback};

fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.split(&mark).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_tested_the_connection_logs_in_through_it() {
    let rig = Rig::new().await;
    let page = rig
        .web
        .page(&rig.shop.host, "/manage/login?next=%2Fmanage%2Forders")
        .await;
    assert!(page.text.contains("Log in with Example ID"), "{}", page.text);
    assert!(
        page.text
            .contains(&format!("/manage/login/sso/{}?next=%2Fmanage%2Forders", rig.id))
    );
    let elsewhere = rig.web.page(&rig.other.host, "/manage/login").await;
    assert!(!elsewhere.text.contains("Example ID"));

    let (browser, answer) = rig.log_in().await;
    assert_eq!(answer.location(), "/manage/orders", "{}", answer.text);
    assert!(rig.is_in(&browser).await);
    let attempt = rig.last_attempt().await;
    assert_eq!((attempt.purpose.as_str(), attempt.failed), ("log_in", None));
    // The session is the owner's, and of no other shop.
    let mut there = browser.clone();
    assert_eq!(there.get(&rig.web, &rig.other.host, "/manage").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_set_up_tested_and_used_through_its_pages() {
    let rig = Rig::new().await;
    let page = rig.web.look(&rig.owner, "/manage/sso/new?guide=keycloak").await;
    let id = hidden(&page.text, "id");
    assert!(
        page.text
            .contains(&format!("http://nord.localhost:8080/manage/login/sso/{id}/callback"))
    );
    let bad = [
        ("id", id.as_str()),
        ("name", ""),
        ("issuer", "nowhere"),
        ("client_id", ""),
        ("secret", ""),
    ];
    let refused = rig.web.submit(&rig.owner, "/manage/sso", &bad).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(
        hidden(&refused.text, "id"),
        id,
        "the address that was pasted stays the same"
    );
    let good = [
        ("id", id.as_str()),
        ("guide", "keycloak"),
        ("name", "Second"),
        ("issuer", rig.idp.issuer.as_str()),
        ("client_id", CLIENT_ID),
        ("secret", CLIENT_SECRET),
    ];
    for _ in 0..2 {
        let made = rig.web.submit(&rig.owner, "/manage/sso", &good).await;
        assert_eq!(made.location(), format!("/manage/sso/{id}"));
    }
    // What no test has passed is not taken into use.
    let path = format!("/manage/sso/{id}");
    rig.web.submit(&rig.owner, &format!("{path}/activation"), &[]).await;
    let page = rig.web.look(&rig.owner, &path).await;
    assert!(
        page.text.contains("Draft") && !page.text.contains(CLIENT_SECRET),
        "{}",
        page.text
    );

    let mut browser = Browser::of(&rig.owner);
    let away = browser.get(&rig.web, &rig.shop.host, &format!("{path}/test")).await;
    let back = rig.idp.log_in(away.location());
    let id = id.parse().unwrap();
    let answer = browser.get(&rig.web, &rig.shop.host, &callback(id, &back)).await;
    assert_eq!(answer.location(), path);
    rig.web.submit(&rig.owner, &format!("{path}/activation"), &[]).await;
    let page = rig.web.page(&rig.shop.host, "/manage/login").await;
    assert!(page.text.contains("Log in with Second"));
}

async fn is_offered(rig: &Rig) -> bool {
    let page = rig.web.page(&rig.shop.host, "/manage/login").await;
    page.text.contains("Log in with Example ID")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_disabled_changed_or_deleted_is_not_offered() {
    let rig = Rig::new().await;
    let path = format!("/manage/sso/{}", rig.id);
    assert!(is_offered(&rig).await);
    rig.web.submit(&rig.owner, &format!("{path}/deactivation"), &[]).await;
    assert!(!is_offered(&rig).await);
    let start = format!("/manage/login/sso/{}", rig.id);
    rig.web.page(&rig.shop.host, &start).await.expect(404);
    rig.web.submit(&rig.owner, &format!("{path}/activation"), &[]).await;
    assert!(is_offered(&rig).await);
    // Another client is another connection: it must be tested anew.
    let changed = [
        ("name", "Example ID"),
        ("issuer", rig.idp.issuer.as_str()),
        ("client_id", "another"),
    ];
    rig.web.submit(&rig.owner, &path, &changed).await;
    rig.web.submit(&rig.owner, &format!("{path}/activation"), &[]).await;
    assert!(!is_offered(&rig).await);
    rig.web.submit(&rig.owner, &format!("{path}/deletion"), &[]).await;
    rig.web.look(&rig.owner, &path).await.expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_manage_connections_sees_them() {
    let rig = Rig::new().await;
    let manager = Clerk::hire(&rig.app, (rig.shop.id, &rig.shop.host), Role::EventManager, None).await;
    for path in ["/manage/sso".to_owned(), format!("/manage/sso/{}", rig.id)] {
        rig.web.look(&manager, &path).await.expect(404);
        rig.web.look(&rig.owner, &path).await.expect(200);
    }
    let stranger = Clerk::hire(&rig.app, (rig.other.id, &rig.other.host), Role::Owner, None).await;
    let path = format!("/manage/sso/{}", rig.id);
    rig.web.look(&stranger, &path).await.expect(404);
    rig.web
        .submit(&stranger, &format!("{path}/deletion"), &[])
        .await
        .expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_tied_only_by_somebody_who_proves_both() {
    let rig = Rig::new().await;
    let clerk = Clerk::hire(&rig.app, (rig.shop.id, &rig.shop.host), Role::EventManager, None).await;
    let email = format!("{}@example.org", clerk.account.uuid());
    rig.idp
        .person("another", &json!({ "email": email, "email_verified": true }));
    let (_, answer) = rig.log_in().await;
    assert_eq!(answer.status, 422);
    assert_eq!(rig.last_attempt().await.failed.as_deref(), Some("not_tied"));
    assert!(
        answer.text.contains(&format!("/manage/login/sso/{}/tie", rig.id)),
        "the password form leads on to the tie"
    );

    let mut browser = Browser::of(&clerk);
    let path = format!("/manage/login/sso/{}/tie", rig.id);
    let away = browser.get(&rig.web, &rig.shop.host, &path).await;
    let back = rig.idp.log_in(away.location());
    let answer = rig.back(&mut browser, &back).await;
    assert_eq!(answer.location(), "/manage", "{}", answer.text);
    let (browser, _) = rig.log_in().await;
    assert!(rig.is_in(&browser).await);
    // The identity is this account's now: nobody else can take it.
    let mut thief = Browser::of(&rig.owner);
    let away = thief.get(&rig.web, &rig.shop.host, &path).await;
    let back = rig.idp.log_in(away.location());
    rig.back(&mut thief, &back).await;
    assert_eq!(rig.last_attempt().await.failed.as_deref(), Some("tied_elsewhere"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_in_is_tied_to_the_browser_and_leaves_no_secret_in_the_database() {
    let rig = Rig::new().await;
    let mut browser = Browser::default();
    let away = browser
        .get(&rig.web, &rig.shop.host, &format!("/manage/login/sso/{}", rig.id))
        .await;
    let cookie = away
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .find(|c| c.to_str().unwrap().starts_with("sso="));
    let cookie = cookie.unwrap().to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Max-Age=600"),
        "{cookie}"
    );
    let mut admin = rig.app.test_db.admin().await;
    let kept: String = sqlx::query_scalar("select row_to_json(l)::text from bilten.sso_log_ins l limit 1")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    let secret: String =
        sqlx::query_scalar("select encode(secret_sealed, 'escape') from bilten.sso_connections limit 1")
            .fetch_one(&mut admin)
            .await
            .unwrap();
    assert!(!kept.contains(&browser.0["sso"]) && !secret.contains("s3cret"));
    let state = away
        .location()
        .split("state=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    assert!(!kept.contains(state));
}
