//! What every directory does in its first hour.

use http::Method;
use serde_json::json;

use super::{DOMAIN, Rig, refused};

#[tokio::test]
async fn somebody_comes_changes_and_goes() {
    let rig = Rig::new().await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("ada@{DOMAIN}"), "externalId": "a-1",
        "name": { "givenName": "Ada", "familyName": "L" }, "active": true,
    });
    let made = rig.post("/Users", &body).await;
    assert_eq!(made.headers["content-type"], "application/scim+json; charset=utf-8");
    assert_eq!(made.headers["etag"], "W/\"1\"");
    let user = made.expect(201);
    let id = user["id"].as_str().unwrap();
    let path = format!("/Users/{id}");
    assert_eq!(made.headers["location"], user["meta"]["location"].as_str().unwrap());
    assert!(
        user["meta"]["location"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/scim/v2{path}"))
    );
    assert_eq!(rig.get(&path).await.expect(200), user);

    let changed = rig
        .patch(
            &path,
            &json!([{ "op": "replace", "path": "name.familyName", "value": "Lovelace" }]),
        )
        .await
        .expect(200);
    assert_eq!(changed["name"]["familyName"], "Lovelace");
    assert_eq!(changed["meta"]["version"], "W/\"2\"");
    let listed = rig.get("/Users?count=1").await.expect(200);
    assert_eq!(
        (&listed["totalResults"], &listed["Resources"][0]["id"]),
        (&json!(1), &json!(id))
    );

    let off = rig
        .patch(&path, &json!([{ "op": "replace", "value": { "active": false } }]))
        .await
        .expect(200);
    assert_eq!(off["active"], false);
    assert_eq!(rig.delete(&path).await.status, 204);
    refused(&rig.get(&path).await, 404, None);
    let theirs = super::request((&rig.other.host, &rig.other_token), Method::GET, "/Users", None);
    let theirs = rig
        .web
        .send(theirs.body(axum::body::Body::empty()).unwrap())
        .await
        .expect(200);
    assert_eq!(theirs["totalResults"], 0);
}

#[tokio::test]
async fn without_a_token_of_the_shop_nothing_is_told() {
    let rig = Rig::new().await;
    for token in ["", "blt_scim_nonsense", &rig.shop.key, &rig.other_token] {
        for path in ["/Users", "/ServiceProviderConfig", "/Schemas"] {
            let request = super::request((&rig.shop.host, token), Method::GET, path, None);
            let answer = rig.web.send(request.body(axum::body::Body::empty()).unwrap()).await;
            refused(&answer, 401, None);
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
}
