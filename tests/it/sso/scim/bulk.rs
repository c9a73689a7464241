//! Attacks 38 to 40: many at once.

use serde_json::{Value, json};

use super::{DOMAIN, Rig, refused};

fn user(bulk_id: &str, name: &str) -> Value {
    json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": { "userName": format!("{name}@{DOMAIN}") } })
}

fn bulk(operations: &[Value]) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations })
}

fn statuses(answer: &Value) -> Vec<&str> {
    let operations = answer["Operations"].as_array().unwrap().iter();
    operations
        .map(|operation| operation["status"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn scim_38_references_are_resolved_in_any_order_and_circles_are_refused() {
    let rig = Rig::new().await;
    let group = json!({
        "method": "POST", "path": "/Groups", "bulkId": "g",
        "data": { "displayName": "Door", "members": [{ "value": "bulkId:a" }, { "value": "bulkId:b" }] },
    });
    let answer = rig
        .post("/Bulk", &bulk(&[group, user("a", "ada"), user("b", "bo")]))
        .await
        .expect(200);
    assert_eq!(statuses(&answer), ["201", "201", "201"], "{answer}");
    let id = answer["Operations"][0]["location"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap();
    assert_eq!(rig.members(id).await, 2);

    let boss = |name: &str, boss: &str| {
        let mut operation = user(name, name);
        operation["data"]["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] =
            json!({ "manager": { "value": format!("bulkId:{boss}") } });
        operation
    };
    let answer = rig
        .post("/Bulk", &bulk(&[boss("x", "y"), boss("y", "x"), boss("z", "nobody")]))
        .await
        .expect(200);
    let found = statuses(&answer);
    assert!(found.contains(&"409") && found[2] == "409", "{answer}");
    let moved = json!({ "method": "PATCH", "path": "/Users/bulkId:n", "data": { "Operations": [{ "op": "add", "path": "title", "value": "T" }] } });
    let answer = rig.post("/Bulk", &bulk(&[moved, user("n", "new")])).await.expect(200);
    assert_eq!(statuses(&answer)[1], "201", "{answer}");
    assert_eq!(rig.get("/Groups").await.expect(200)["totalResults"], 1);
}

#[tokio::test]
async fn scim_39_after_so_many_faults_nothing_more_is_done() {
    let rig = Rig::new().await;
    let wrong = |id: &str| json!({ "method": "POST", "path": "/Users", "bulkId": id, "data": { "userName": "x@evil.example" } });
    let mut request = bulk(&[
        user("a", "ada"),
        wrong("b"),
        user("c", "cy"),
        wrong("d"),
        user("e", "eve"),
    ]);
    let all = rig.post("/Bulk", &request).await.expect(200);
    assert_eq!(statuses(&all), ["201", "400", "201", "400", "201"], "{all}");
    assert_eq!(all["Operations"][1]["response"]["scimType"], "invalidValue");
    request["failOnErrors"] = json!(1);
    for operation in request["Operations"].as_array_mut().unwrap() {
        let name = operation["data"]["userName"].as_str().unwrap().to_owned();
        operation["data"]["userName"] = json!(format!("second-{name}"));
    }
    let some = rig.post("/Bulk", &request).await.expect(200);
    assert_eq!(statuses(&some), ["201", "400"], "{some}");
    assert_eq!(rig.get("/Users?count=0").await.expect(200)["totalResults"], 4);
}

#[tokio::test]
async fn scim_40_too_many_and_too_large_are_refused() {
    let rig = Rig::new().await;
    let config = rig.get("/ServiceProviderConfig").await.expect(200);
    let most = usize::try_from(config["bulk"]["maxOperations"].as_u64().unwrap()).unwrap();
    let many: Vec<Value> = (0..=most).map(|n| user(&n.to_string(), &format!("u{n}"))).collect();
    refused(&rig.post("/Bulk", &bulk(&many)).await, 413, None);
    let bytes = usize::try_from(config["bulk"]["maxPayloadSize"].as_u64().unwrap()).unwrap();
    let mut large = user("a", "ada");
    large["data"]["title"] = json!("x".repeat(bytes));
    refused(&rig.post("/Bulk", &bulk(&[large])).await, 413, None);
    for broken in [json!([]), json!({}), json!({ "Operations": 7 })] {
        refused(&rig.post("/Bulk", &broken).await, 400, Some("invalidSyntax"));
    }
    let strange = [
        json!({ "method": "POST", "path": "/Users", "data": {} }),
        json!({ "method": "POST", "path": "/Bulk", "bulkId": "x" }),
        json!({ "method": "GET", "path": "/Users/x" }),
        json!({ "method": "DELETE", "path": "/Users/x/y" }),
        json!(7),
    ];
    let answer = rig.post("/Bulk", &bulk(&strange)).await.expect(200);
    assert!(
        statuses(&answer).iter().all(|status| status.starts_with('4')),
        "{answer}"
    );
    assert_eq!(rig.get("/Users?count=0").await.expect(200)["totalResults"], 0);
}
