//! What we can do (RFC 7644 §4).

use axum::{extract::Path, response::Response};
use bilten_sso::scim::{self, ENTERPRISE, GROUP, MAX_COUNT, USER};
use http::StatusCode;
use serde_json::{Value, json};

use super::{BODY_LIMIT, MAX_BULK, answer, call::Call, resources::unknown, search::list};

pub(super) async fn config(call: Call) -> Response {
    told(&json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": MAX_BULK, "maxPayloadSize": BODY_LIMIT },
        "filter": { "supported": true, "maxResults": MAX_COUNT },
        "changePassword": { "supported": false },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token that an owner of the shop has made.",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{}/ServiceProviderConfig", call.base) },
    }))
}

pub(super) async fn schemas(call: Call) -> Response {
    let all: Vec<Value> = scim::published()
        .iter()
        .map(|schema| with_place(schema, &call.base))
        .collect();
    told(&whole(&all))
}

pub(super) async fn schema(Path(name): Path<String>, call: Call) -> Response {
    let found = scim::published()
        .iter()
        .find(|schema| schema["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(&name)));
    found.map_or_else(unknown, |schema| told(&with_place(schema, &call.base)))
}

pub(super) async fn types(call: Call) -> Response {
    told(&whole(&resource_types(&call.base)))
}

pub(super) async fn of_type(Path(name): Path<String>, call: Call) -> Response {
    let all = resource_types(&call.base);
    let found = all.iter().find(|kind| kind["id"] == name.as_str());
    found.map_or_else(unknown, told)
}

fn told(body: &Value) -> Response {
    answer::json(StatusCode::OK, body)
}

fn whole(resources: &[Value]) -> Value {
    let total = i64::try_from(resources.len()).unwrap_or(0);
    list(total, 1, resources)
}

fn with_place(schema: &Value, base: &str) -> Value {
    let mut schema = schema.clone();
    let id = schema["id"].as_str().unwrap_or_default().to_owned();
    if let Some(members) = schema.as_object_mut() {
        let meta = json!({ "resourceType": "Schema", "location": format!("{base}/Schemas/{id}") });
        members.insert("meta".to_owned(), meta);
    }
    schema
}

fn resource_types(base: &str) -> Vec<Value> {
    let kind = |name: &str, schema: &str, extensions: &[Value]| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": format!("/{name}s"),
            "schema": schema,
            "schemaExtensions": extensions,
            "meta": { "resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{name}") },
        })
    };
    vec![
        kind("User", USER, &[json!({ "schema": ENTERPRISE, "required": false })]),
        kind("Group", GROUP, &[]),
    ]
}
