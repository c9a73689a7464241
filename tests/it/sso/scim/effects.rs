//! Attacks 25 to 27 and 29 to 33, and what provisioning does to the shop: roles, owners, sessions, the record.

use bilten_kernel::Actor;
use bilten_sso::{
    scim::{self, MapError, TokenError},
    team::{self, RoleError},
};
use bilten_tenancy::permissions::{self, Grant, Place, Role, RoleName};
use bilten_tests::{Clerk, db};
use http::Method;
use serde_json::json;

use super::{DOMAIN, Rig, make_token, refused};

#[tokio::test]
async fn scim_25_26_another_shops_people_and_tokens_are_nobodys() {
    let rig = Rig::new().await;
    let ada = rig.hire("ada").await;
    let group = rig.group("Door", &[&ada]).await;
    let unknown = "scu_00000000000000000000000000";
    let body = json!({ "userName": "x@sor.example", "displayName": "X", "Operations": [] });
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        let ask = async |path: &str| {
            let request = super::request((&rig.other.host, &rig.other_token), method.clone(), path, Some(&body));
            rig.web
                .send(request.body(axum::body::Body::from(body.to_string())).unwrap())
                .await
        };
        let theirs = ask(&format!("/Users/{ada}")).await;
        let nobodys = ask(&format!("/Users/{unknown}")).await;
        let malformed = ask("/Users/nonsense").await;
        refused(&theirs, 404, None);
        assert_eq!(theirs.text, nobodys.text, "25 {method}");
        assert_eq!(theirs.text, malformed.text, "25 {method}");
        refused(&ask(&format!("/Groups/{group}")).await, 404, None);
    }
    let member = json!({ "displayName": "Theirs", "members": [{ "value": ada }] });
    let request = super::request(
        (&rig.other.host, &rig.other_token),
        Method::POST,
        "/Groups",
        Some(&member),
    );
    let answer = rig
        .web
        .send(request.body(axum::body::Body::from(member.to_string())).unwrap())
        .await;
    refused(&answer, 400, Some("invalidValue"));
    let crossed = super::request((&rig.other.host, &rig.token), Method::GET, "/Users", None);
    refused(
        &rig.web.send(crossed.body(axum::body::Body::empty()).unwrap()).await,
        401,
        None,
    );
}

#[tokio::test]
async fn scim_27_two_tokens_live_so_that_one_takes_the_others_place() {
    let rig = Rig::new().await;
    let second = make_token(&rig.app, rig.shop.id, "next").await;
    let ctx = rig.ctx();
    let mut tx = rig.app.db.begin(&ctx).await.unwrap();
    let third = scim::make_token(&mut tx, &ctx, ("third", None)).await;
    assert!(matches!(third, Err(TokenError::TooMany)));
    let tokens = scim::list_tokens(&mut tx).await.unwrap();
    let first = tokens.iter().find(|token| token.name == "Entra").unwrap().id;
    tx.rollback().await.unwrap();
    let with = async |token: &str| {
        let request = super::request((&rig.shop.host, token), Method::GET, "/Users", None);
        rig.web
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await
            .status
            .as_u16()
    };
    assert_eq!((with(&rig.token).await, with(&second).await), (200, 200));
    let mut tx = rig.app.db.begin(&ctx).await.unwrap();
    assert!(scim::revoke_token(&mut tx, &ctx, first).await.unwrap());
    let soon = rig.app.now() + jiff::SignedDuration::from_hours(1);
    let (_, short) = scim::make_token(&mut tx, &ctx, ("short", Some(soon))).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        (with(&rig.token).await, with(&second).await, with(short.expose()).await),
        (401, 200, 200)
    );
    rig.app.advance(jiff::SignedDuration::from_hours(2));
    assert_eq!((with(&second).await, with(short.expose()).await), (200, 401));
    // Whoever does not hold everything makes none.
    let admin = Clerk::hire(&rig.app, (rig.shop.id, &rig.shop.host), Role::Admin, None).await;
    let ctx = rig.ctx().with_actor(Actor::Staff(admin.account));
    let mut tx = rig.app.db.begin(&ctx).await.unwrap();
    assert!(matches!(
        scim::make_token(&mut tx, &ctx, ("mine", None)).await,
        Err(TokenError::NotHeld)
    ));
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn scim_29_30_31_a_group_gives_by_its_id_and_takes_when_it_goes() {
    let rig = Rig::new().await;
    let (ada, bo) = (rig.hire("ada").await, rig.hire("bo").await);
    let group = rig.group("Boxes", &[&ada]).await;
    assert!(rig.roles(&ada).await.is_empty());
    rig.map(&group, &[Role::BoxOffice, Role::Viewer]).await.unwrap();
    let given = |role: &str| (role.to_owned(), Some(group.clone()));
    assert_eq!(rig.roles(&ada).await, [given("box_office"), given("viewer")]);
    let path = format!("/Groups/{group}");
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Box office" }]);
    assert_eq!(rig.patch(&path, &rename).await.status, 204);
    assert_eq!(rig.roles(&ada).await.len(), 2, "29");
    // B11: a group that takes the name of a mighty one gets nothing of it.
    let impostor = rig.group("Boxes", &[&bo]).await;
    assert!(rig.roles(&bo).await.is_empty());
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": bo }] }]);
    assert_eq!(rig.patch(&path, &add).await.status, 204);
    assert_eq!(rig.roles(&bo).await.len(), 2);
    let nested = json!([{ "op": "add", "path": "members", "value": [{ "value": impostor, "type": "Group" }] }]);
    let detail = refused(&rig.patch(&path, &nested).await, 400, Some("invalidValue"));
    assert!(detail.contains("Groups within groups"), "30: {detail}");
    rig.map(&group, &[Role::Viewer]).await.unwrap();
    assert_eq!(rig.roles(&bo).await, [given("viewer")]);
    assert_eq!(rig.delete(&path).await.status, 204);
    assert_eq!((rig.roles(&ada).await, rig.roles(&bo).await), (vec![], vec![]), "31");
    assert!(matches!(rig.map(&group, &[Role::Viewer]).await, Err(MapError::NoGroup)));
}

#[tokio::test]
async fn scim_32_the_last_owner_stays_and_the_directory_is_told_why() {
    let rig = Rig::new().await;
    let boss = rig.hire("boss").await;
    let group = rig.group("Owners", &[&boss]).await;
    rig.map(&group, &[Role::Owner]).await.unwrap();
    // The others go; the one whom the directory made stays alone.
    let mut admin = rig.app.test_db.admin().await;
    let account = rig.account(&boss).await;
    let others = format!(
        "delete from bilten.memberships where tenant_id = '{}' and role = 'owner' and account_id <> '{}'",
        rig.shop.id.uuid(),
        account.uuid()
    );
    db::run(&mut admin, &others).await;
    let (user, group) = (format!("/Users/{boss}"), format!("/Groups/{group}"));
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    let out = json!([{ "op": "remove", "path": "members" }]);
    for answer in [
        rig.patch(&user, &off).await,
        rig.delete(&user).await,
        rig.patch(&group, &out).await,
        rig.delete(&group).await,
    ] {
        let detail = refused(&answer, 409, None);
        assert!(detail.contains("last owner"), "{detail}");
    }
    assert!(matches!(
        rig.map(group.rsplit('/').next().unwrap(), &[]).await,
        Err(MapError::Member(_))
    ));
    assert_eq!(rig.roles(&boss).await.len(), 1);
    assert_eq!(rig.get(&user).await.expect(200)["active"], true);
}

#[tokio::test]
async fn scim_33_managed_people_are_not_changed_here_as_long_as_a_token_lives() {
    let rig = Rig::new().await;
    let ada = rig.hire("ada").await;
    let group = rig.group("Boxes", &[&ada]).await;
    rig.map(&group, &[Role::BoxOffice]).await.unwrap();
    let account = rig.account(&ada).await;
    let ctx = rig.ctx().with_actor(Actor::Staff(rig.owner.account));
    let grant = Grant {
        role: RoleName::BuiltIn(Role::Viewer),
        place: Place::Tenant,
        expires_at: None,
    };
    let mut tx = rig.app.db.begin(&ctx).await.unwrap();
    let held = permissions::list_memberships(&mut tx, account).await.unwrap()[0].id;
    assert!(matches!(
        team::give_role(&mut tx, &ctx, account, &grant).await,
        Err(RoleError::Managed)
    ));
    assert!(matches!(
        team::remove(&mut tx, &ctx, account).await,
        Err(team::RemoveError::Managed)
    ));
    assert!(matches!(
        team::take_role(&mut tx, &ctx, held).await,
        Err(RoleError::Managed)
    ));
    tx.rollback().await.unwrap();
    // The pages say so.
    let page = format!("/manage/team/members/{account}");
    let shown = rig.web.look(&rig.owner, &page).await;
    assert!(shown.text.contains("Boxes"), "why she may: {}", shown.text);
    let removal = rig.web.submit(&rig.owner, &format!("{page}/removal"), &[]).await;
    assert!(!removal.status.is_server_error(), "{}", removal.text);
    assert_eq!(rig.roles(&ada).await.len(), 1);
    // Without a living token the people are the shop's own again.
    let mut tx = rig.app.db.begin(&ctx).await.unwrap();
    for token in scim::list_tokens(&mut tx).await.unwrap() {
        scim::revoke_token(&mut tx, &ctx, token.id).await.unwrap();
    }
    team::give_role(&mut tx, &ctx, account, &grant).await.unwrap();
    team::take_role(&mut tx, &ctx, held).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rig.roles(&ada).await, [("viewer".to_owned(), None)]);
}

#[tokio::test]
async fn somebody_of_before_is_taken_over_with_what_he_holds() {
    let rig = Rig::new().await;
    let clerk = Clerk::hire(&rig.app, (rig.shop.id, &rig.shop.host), Role::EventManager, None).await;
    let mut admin = rig.app.test_db.admin().await;
    let id = clerk.account.uuid();
    let rename =
        format!("update bilten.accounts set email = 'Old@{DOMAIN}', email_norm = 'old@{DOMAIN}' where id = '{id}'");
    db::run(&mut admin, &rename).await;
    let body = json!({ "userName": format!("old@{DOMAIN}"), "displayName": "Given Name" });
    let made = rig.post("/Users", &body).await.expect(201);
    let user = made["id"].as_str().unwrap();
    assert_eq!(rig.account(user).await, clerk.account);
    assert_eq!(rig.roles(user).await, [("event_manager".to_owned(), None)]);
    assert_eq!(rig.web.look(&clerk, "/manage").await.status, 200);
    // Who leaves leaves with everything: roles by hand, sessions, keys.
    let off = json!([{ "op": "replace", "value": { "active": false } }]);
    rig.patch(&format!("/Users/{user}"), &off).await.expect(200);
    assert!(rig.web.look(&clerk, "/manage").await.status.is_redirection());
    assert!(rig.roles(user).await.is_empty());
    let on = json!([{ "op": "replace", "value": { "active": true } }]);
    rig.patch(&format!("/Users/{user}"), &on).await.expect(200);
    assert!(rig.roles(user).await.is_empty());
    assert!(
        rig.web.look(&clerk, "/manage").await.status.is_redirection(),
        "the old session stays dead"
    );
}

#[tokio::test]
async fn the_record_names_the_directory() {
    let rig = Rig::new().await;
    let ada = rig.hire("ada").await;
    rig.delete(&format!("/Users/{ada}")).await;
    rig.web.run_jobs().await;
    let page = rig.web.look(&rig.owner, "/manage/audit?who=directory").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Directory"), "{}", page.text);
    let mut admin = rig.app.test_db.admin().await;
    let actors: Vec<String> =
        sqlx::query_scalar("select distinct actor from bilten.audit_entries where action like 'directory_user.%'")
            .fetch_all(&mut admin)
            .await
            .unwrap();
    assert!(
        actors.len() == 1 && actors[0].starts_with("directory:sct_"),
        "{actors:?}"
    );
}
