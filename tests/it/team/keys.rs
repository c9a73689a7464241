//! Keys of programs in the console: shown once, no more than their maker, from where and until when he said.

use std::net::IpAddr;

use axum::body::Body;
use bilten_sso::api_keys::{self, ApiKeyToken};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Answer, Clerk, Setup, Web};
use http::Request;
use jiff::SignedDuration;

use super::{Town, as_staff, flash};

async fn ask(web: &Web, host: &str, token: &str, path: &str) -> Answer {
    let request = Request::get(format!("/api/v1{path}"))
        .header("host", host)
        .header("authorization", format!("Bearer {token}"));
    let here = IpAddr::from([127, 0, 0, 1]);
    web.send_from(here, request.body(Body::empty()).unwrap()).await
}

/// Makes a key in the console and reads it from the page.
async fn make(town: &Town, clerk: &Clerk, fields: &[(&str, &str)]) -> String {
    let made = town.submit(clerk, "/manage/api-keys", fields).await;
    assert_eq!(made.status, 200, "{}", made.text);
    token_of(&made.text)
}

fn token_of(page: &str) -> String {
    let (_, rest) = page.split_once("<code>blt_live_").expect("the key is shown");
    format!("blt_live_{}", rest.split('<').next().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_ends_when_its_maker_said() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let today = town.app.now().to_string();
    let fields = [("name", "Web site"), ("scope", "events:read"), ("until", &today[..10])];
    let token = make(&town, &owner, &fields).await;
    assert!(ApiKeyToken::parse(&token).is_some());
    assert!(!town.look(&owner, "/manage/api-keys").await.text.contains(&token));
    ask(&town.web, &town.nord.host, &token, "/events").await.expect(200);
    ask(&town.web, &town.sor.host, &token, "/events")
        .await
        .expect_problem(401, "unauthenticated");
    ask(&town.web, &town.nord.host, &token, "/orders")
        .await
        .expect_problem(403, "scope_missing");
    let page = town.look(&owner, "/manage/api-keys").await.text;
    assert!(page.contains("Web site") && page.contains("last used"), "{page}");
    town.app.advance(SignedDuration::from_hours(24));
    ask(&town.web, &town.nord.host, &token, "/events")
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_taken_only_from_its_networks() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let from = |networks| [("name", "Office"), ("scope", "events:read"), ("networks", networks)];
    let near = make(&town, &owner, &from("127.0.0.0/8 ::1")).await;
    let far = make(&town, &owner, &from("192.0.2.0/24, 2001:db8::/32")).await;
    ask(&town.web, &town.nord.host, &near, "/events").await.expect(200);
    ask(&town.web, &town.nord.host, &far, "/events")
        .await
        .expect_problem(403, "forbidden");
    let wrong = town.submit(&owner, "/manage/api-keys", &from("everywhere")).await;
    assert_eq!(wrong.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keys_live_while_one_takes_the_place_of_the_other() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let old = make(&town, &owner, &[("name", "Till"), ("scope", "events:read")]).await;
    let ctx = as_staff(&town, &owner);
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    let id = api_keys::find(&mut tx, &ApiKeyToken::parse(&old).unwrap())
        .await
        .unwrap()
        .unwrap()
        .id;
    tx.commit().await.unwrap();
    let rotation = format!("/manage/api-keys/{id}/rotation");
    let new = token_of(&town.submit(&owner, &rotation, &[]).await.text);
    assert_ne!(new, old);
    assert_eq!(
        flash(&town.submit(&owner, &rotation, &[]).await),
        "flash-refused-replaced"
    );
    for token in [&old, &new] {
        ask(&town.web, &town.nord.host, token, "/events").await.expect(200);
    }
    town.app.advance(api_keys::OVERLAP);
    ask(&town.web, &town.nord.host, &old, "/events")
        .await
        .expect_problem(401, "unauthenticated");
    ask(&town.web, &town.nord.host, &new, "/events").await.expect(200);
    // The session of before is over by now.
    let owner = town.hire(Role::Owner).await;
    let revoked = town
        .submit(&owner, &format!("/manage/api-keys/{id}/revocation"), &[])
        .await;
    assert_eq!(flash(&revoked), "flash-key-revoked");
}

/// A node that has not seen the key in this second asks anew.
async fn fresh(town: &Town) -> Web {
    let db = Some(town.app.test_db.app(2).await);
    Web::with(&town.app, Setup { db, ..Setup::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_loses_what_its_maker_loses() {
    let town = Town::open().await;
    let owner = town.hire(Role::Owner).await;
    let fields = [("name", "Till"), ("scope", "events:read"), ("scope", "payees:write")];
    let token = make(&town, &owner, &fields).await;
    for path in ["/events", "/payees"] {
        ask(&fresh(&town).await, &town.nord.host, &token, path)
            .await
            .expect(200);
    }
    // An administrator says nothing about where money goes.
    town.demote(owner.account).await;
    let ctx = town.ctx();
    let mut tx = town.app.db.begin(&ctx).await.unwrap();
    bilten_tenancy::permissions::assign(&mut tx, &ctx, owner.account, Role::Admin, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let node = fresh(&town).await;
    ask(&node, &town.nord.host, &token, "/events").await.expect(200);
    ask(&node, &town.nord.host, &token, "/payees")
        .await
        .expect_problem(403, "scope_missing");
    town.demote(owner.account).await;
    ask(&fresh(&town).await, &town.nord.host, &token, "/events")
        .await
        .expect_problem(403, "scope_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_who_is_removed_are_nobodys_and_those_of_the_installation_go_on() {
    let town = Town::open().await;
    let (owner, admin) = (town.hire(Role::Owner).await, town.hire(Role::Admin).await);
    let token = make(&town, &admin, &[("name", "Till"), ("scope", "events:read")]).await;
    ask(&fresh(&town).await, &town.nord.host, &token, "/events")
        .await
        .expect(200);
    let gone = town
        .submit(&owner, &format!("{}/removal", super::member(&admin)), &[])
        .await;
    assert_eq!(flash(&gone), "flash-member-removed");
    ask(&fresh(&town).await, &town.nord.host, &token, "/events")
        .await
        .expect_problem(401, "unauthenticated");
    ask(&town.web, &town.nord.host, &town.nord.key, "/events")
        .await
        .expect(200);
}
