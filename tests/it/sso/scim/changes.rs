//! Attacks 11 to 24, 33 to 36 and 41 to 44: how people are changed.

use http::Method;
use serde_json::{Value, json};

use super::{DOMAIN, Rig, refused};

const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[tokio::test]
async fn scim_11_to_14_entra_and_okta_are_understood() {
    let rig = Rig::new().await;
    let path = format!("/Users/{}", rig.hire("ada").await);
    for (case, operation, pointer, expected) in [
        (
            "11 capitals",
            json!({ "op": "Replace", "path": "displayName", "value": "Ada" }),
            "/displayName",
            json!("Ada"),
        ),
        (
            "11 capitals",
            json!({ "op": "ADD", "path": "title", "value": "Boss" }),
            "/title",
            json!("Boss"),
        ),
        (
            "12 a text for false",
            json!({ "op": "Replace", "path": "active", "value": "False" }),
            "/active",
            json!(false),
        ),
        (
            "12 a text for true",
            json!({ "op": "Replace", "path": "active", "value": "True" }),
            "/active",
            json!(true),
        ),
        (
            "13 without a path",
            json!({ "op": "replace", "value": { "active": false } }),
            "/active",
            json!(false),
        ),
        (
            "13 by its path",
            json!({ "op": "replace", "path": "active", "value": true }),
            "/active",
            json!(true),
        ),
        (
            "13 a text without a path",
            json!({ "op": "Replace", "value": { "active": "false" } }),
            "/active",
            json!(false),
        ),
        (
            "14 many without a path",
            json!({ "op": "replace", "value": { "active": true, "name.givenName": "Bo", "shoeSize": 7 } }),
            "/name/givenName",
            json!("Bo"),
        ),
    ] {
        let changed = rig.patch(&path, &json!([operation])).await.expect(200);
        assert_eq!(changed.pointer(pointer), Some(&expected), "{case}: {operation}");
    }
}

#[tokio::test]
async fn scim_15_16_18_19_values_are_added_once_removed_alone_and_cleared() {
    let rig = Rig::new().await;
    let path = format!("/Users/{}", rig.hire("ada").await);
    let phone = |value: &str, kind: &str| json!({ "value": value, "type": kind });
    let add = json!({ "op": "add", "path": "phoneNumbers", "value": [phone("1", "work"), phone("2", "home")] });
    let phones = async |operations: Value| {
        let changed = rig.patch(&path, &operations).await.expect(200);
        changed["phoneNumbers"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(phones(json!([add, add])).await, 2, "15");
    assert_eq!(phones(json!([add])).await, 2, "15");
    let remove = json!([{ "op": "Remove", "path": "phoneNumbers[type eq \"home\"]" }]);
    assert_eq!(phones(remove.clone()).await, 1, "16");
    assert_eq!(phones(remove).await, 1, "16 again");
    for name in [format!("{EXTENSION}.department"), format!("{EXTENSION}:department")] {
        let operation = json!([{ "op": "Add", "path": name, "value": "Stage" }]);
        let changed = rig.patch(&path, &operation).await.expect(200);
        assert_eq!(changed[EXTENSION]["department"], "Stage", "18 {name}");
        assert!(changed["schemas"].as_array().unwrap().contains(&json!(EXTENSION)));
        let cleared = rig
            .patch(&path, &json!([{ "op": "replace", "path": name, "value": "" }]))
            .await
            .expect(200);
        assert!(cleared.get(EXTENSION).is_none(), "19 {cleared}");
    }
}

#[tokio::test]
async fn scim_17_a_wrong_path_never_empties_a_group() {
    let rig = Rig::new().await;
    let (ada, bo) = (rig.hire("ada").await, rig.hire("bo").await);
    let group = rig.group("Door", &[&ada, &bo]).await;
    let path = format!("/Groups/{group}");
    for (operation, kind) in [
        (
            json!({ "op": "Remove", "path": "members[valu eq \"x\"]" }),
            Some("invalidFilter"),
        ),
        (
            json!({ "op": "Remove", "path": "members[value eq \"x\"" }),
            Some("invalidPath"),
        ),
        (json!({ "op": "Remove", "path": "members[]" }), Some("invalidFilter")),
        (json!({ "op": "Remove", "path": "members.value" }), Some("invalidPath")),
        (
            json!({ "op": "Remove", "path": "members[type eq \"User\"]" }),
            Some("invalidFilter"),
        ),
        (json!({ "op": "Remove", "path": "memberz" }), Some("invalidPath")),
        (json!({ "op": "Remove" }), Some("noTarget")),
        (json!({ "op": "Replace", "path": "members" }), Some("invalidValue")),
        (
            json!({ "op": "Remove", "path": "members", "value": { "id": ada } }),
            Some("invalidValue"),
        ),
    ] {
        refused(&rig.patch(&path, &json!([operation])).await, 400, kind);
        assert_eq!(rig.members(&group).await, 2, "{operation}");
    }
    for operation in [
        json!({ "op": "Remove", "path": "members[value eq \"someone else\"]" }),
        json!({ "op": "Remove", "path": "members", "value": [] }),
        json!({ "op": "Remove", "path": "members", "value": [{ "value": "someone else" }] }),
    ] {
        assert_eq!(rig.patch(&path, &json!([operation])).await.status, 204, "{operation}");
        assert_eq!(rig.members(&group).await, 2, "{operation}");
    }
    // Entra lists in the value whom it means.
    let listed = json!([{ "op": "Remove", "path": "members", "value": [{ "value": ada }] }]);
    assert_eq!(rig.patch(&path, &listed).await.status, 204);
    assert_eq!(rig.members(&group).await, 1);
}

#[tokio::test]
async fn scim_20_what_a_replacement_leaves_out_is_gone_and_nobody_is_let_in_by_it() {
    let rig = Rig::new().await;
    let body = json!({ "userName": format!("ada@{DOMAIN}"), "title": "Boss", "externalId": "a-1", "active": false });
    let made = rig.post("/Users", &body).await.expect(201);
    let path = format!("/Users/{}", made["id"].as_str().unwrap());
    let replaced = rig
        .put(&path, &json!({ "userName": format!("ada@{DOMAIN}") }))
        .await
        .expect(200);
    assert!(
        replaced.get("title").is_none() && replaced.get("externalId").is_none(),
        "{replaced}"
    );
    assert_eq!(replaced["active"], false, "what is not said of it stays");
    refused(
        &rig.put(&path, &json!({ "title": "x" })).await,
        400,
        Some("invalidValue"),
    );
    assert_eq!(rig.get(&path).await.expect(200), replaced);
}

#[tokio::test]
async fn scim_21_22_23_names_change_within_the_domain_and_belong_to_one() {
    let rig = Rig::new().await;
    let (ada, _) = (rig.hire("ada").await, rig.hire("bo").await);
    let path = format!("/Users/{ada}");
    let set = |path: &str, value: &str| json!([{ "op": "replace", "path": path, "value": value }]);
    let changed = rig.patch(&path, &set("externalId", "new")).await.expect(200);
    assert_eq!(changed["externalId"], "new", "21");
    assert_eq!(rig.found("externalId eq \"new\"").await.len(), 1);
    let detail = refused(
        &rig.patch(&path, &set("userName", "ada@evil.example")).await,
        400,
        Some("invalidValue"),
    );
    assert!(detail.contains("verified domain"), "22: {detail}");
    let mail = set("emails[type eq \"work\"].value", "ada@sor.example");
    refused(&rig.patch(&path, &mail).await, 400, Some("invalidValue"));
    refused(
        &rig.post("/Users", &json!({ "userName": "x@evil.example" })).await,
        400,
        Some("invalidValue"),
    );
    let bo = format!("BO@{DOMAIN}");
    refused(&rig.patch(&path, &set("userName", &bo)).await, 409, Some("uniqueness"));
    refused(
        &rig.post("/Users", &json!({ "userName": bo })).await,
        409,
        Some("uniqueness"),
    );
    let same_mail = json!({ "userName": "third", "emails": [{ "value": bo }] });
    refused(&rig.post("/Users", &same_mail).await, 409, Some("uniqueness"));
    assert_eq!(rig.get(&path).await.expect(200)["userName"], format!("ada@{DOMAIN}"));
}

#[tokio::test]
async fn scim_24_who_was_deleted_comes_back_as_the_same_account() {
    let rig = Rig::new().await;
    let first = rig.hire("ada").await;
    let account = rig.account(&first).await;
    assert_eq!(rig.delete(&format!("/Users/{first}")).await.status, 204);
    refused(&rig.delete(&format!("/Users/{first}")).await, 404, None);
    let second = rig.hire("ada").await;
    assert_ne!(first, second);
    assert_eq!(rig.account(&second).await, account);
    let mut tx = rig.app.db.begin(&rig.ctx()).await.unwrap();
    let found = bilten_sso::accounts::find(&mut tx, account).await.unwrap().unwrap();
    tx.rollback().await.unwrap();
    assert!(!found.is_disabled);
}

#[tokio::test]
async fn scim_34_35_36_addresses_are_chosen_and_passwords_are_not_kept() {
    let rig = Rig::new().await;
    let mail = |name: &str| format!("{name}@{DOMAIN}");
    let body = json!({
        "userName": "ada", "password": "correct horse", "emails": [{ "value": mail("home"), "type": "home" }, { "value": mail("work"), "type": "work" }],
    });
    let made = rig.post("/Users", &body).await.expect(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(rig.email(id).await, mail("work"), "34");
    let two = json!([{ "op": "add", "path": "emails", "value": [{ "value": mail("x"), "primary": true }, { "value": mail("y"), "primary": true }] }]);
    let changed = rig.patch(&format!("/Users/{id}"), &two).await.expect(200);
    let primaries = changed["emails"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|email| email["primary"] == true);
    assert_eq!(primaries.count(), 1, "35");
    assert_eq!(rig.email(id).await, mail("x"), "35");
    let set = json!([{ "op": "replace", "path": "password", "value": "another one" }]);
    let told = rig.patch(&format!("/Users/{id}"), &set).await.expect(200);
    assert!(
        !made.to_string().contains("horse") && told.get("password").is_none(),
        "36"
    );
    let form = [("email", mail("x")), ("password", "another one".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let log_in = rig.web.form(&rig.shop.host, "/manage/login", &form).await;
    assert_eq!(log_in.session(), None, "36: {}", log_in.text);
    refused(
        &rig.post("/Users", &json!({ "userName": "nobody" })).await,
        400,
        Some("invalidValue"),
    );
}

#[tokio::test]
async fn scim_41_a_version_that_is_over_changes_nothing() {
    let rig = Rig::new().await;
    let path = format!("/Users/{}", rig.hire("ada").await);
    let body = json!({ "Operations": [{ "op": "replace", "path": "title", "value": "Boss" }] });
    let send = async |method: Method, tag: &str| rig.send_with(method, &path, Some(&body), &[("if-match", tag)]).await;
    refused(&send(Method::PATCH, "W/\"9\"").await, 412, None);
    send(Method::PATCH, "W/\"1\"").await.expect(200);
    refused(&send(Method::PATCH, "W/\"1\"").await, 412, None);
    refused(&send(Method::DELETE, "\"1\"").await, 412, None);
    let same = rig
        .send_with(Method::GET, &path, None, &[("if-none-match", "W/\"2\"")])
        .await;
    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
    let newer = rig
        .send_with(Method::GET, &path, None, &[("if-none-match", "W/\"1\"")])
        .await;
    assert_eq!(newer.expect(200)["meta"]["version"], "W/\"2\"");
    send(Method::PATCH, "*").await.expect(200);
}

#[tokio::test]
async fn scim_42_both_media_types_are_taken_and_no_others() {
    let rig = Rig::new().await;
    for (number, kind, status) in [
        (1, "application/json", 201),
        (2, "application/scim+json", 201),
        (3, "Application/SCIM+JSON; charset=UTF-8", 201),
        (4, "text/plain", 415),
        (5, "application/x-www-form-urlencoded", 415),
    ] {
        let body = json!({ "userName": format!("u{number}@{DOMAIN}") });
        let request =
            super::request((&rig.shop.host, &rig.token), Method::POST, "/Users", None).header("content-type", kind);
        let answer = rig
            .web
            .send(request.body(axum::body::Body::from(body.to_string())).unwrap())
            .await;
        assert_eq!(answer.status, status, "{kind}: {}", answer.text);
        assert_eq!(answer.headers["content-type"], "application/scim+json; charset=utf-8");
    }
    let request = super::request((&rig.shop.host, &rig.token), Method::POST, "/Users", None);
    let broken = request
        .header("content-type", "application/json")
        .body(axum::body::Body::from("{"))
        .unwrap();
    refused(&rig.web.send(broken).await, 400, Some("invalidSyntax"));
}

#[tokio::test]
async fn scim_43_who_asks_too_often_is_told_when_to_come_back() {
    let rig = Rig::with_settings(&[("BILTEN_RATE_BURST", "5"), ("BILTEN_RATE_PER_SECOND", "1")]).await;
    let mut last = rig.get("/Users").await;
    for _ in 0..6 {
        last = rig.get("/Users").await;
    }
    refused(&last, 429, None);
    assert!(last.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scim_44_changes_at_the_same_moment_are_all_kept() {
    let rig = Rig::new().await;
    let ada = rig.hire("ada").await;
    let path = format!("/Users/{ada}");
    let names = ["title", "nickName", "userType", "locale", "timezone", "displayName"];
    let changes = names.map(|name| {
        let operation = json!([{ "op": "add", "path": name, "value": "x" }]);
        let (rig, path) = (&rig, &path);
        async move { rig.patch(path, &operation).await.expect(200) }
    });
    futures_util::future::join_all(changes).await;
    let user = rig.get(&path).await.expect(200);
    for name in names {
        assert_eq!(user[name], "x", "{name}");
    }
    assert_eq!(user["meta"]["version"], "W/\"7\"");
    // The same of a group: each adds somebody.
    let group = rig.group("Door", &[]).await;
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(rig.hire(&format!("p{n}")).await);
    }
    let adds = people.iter().map(|id| {
        let operation = json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        let path = format!("/Groups/{group}");
        let rig = &rig;
        async move { rig.patch(&path, &operation).await.status }
    });
    assert!(
        futures_util::future::join_all(adds)
            .await
            .into_iter()
            .all(|status| status == 204)
    );
    assert_eq!(rig.members(&group).await, 6);
}
