//! Description of the API (OpenAPI 3.1), made from the handlers.

use axum::{Json, extract::State};
use serde_json::{Value, json};
use utoipa::OpenApi;

use super::{carts, check_ins, events, orders, ticket_keys};
use crate::http::{
    AppState,
    extract::TenantCtx,
    problem::{Code, Problem},
};

#[derive(OpenApi)]
#[openapi(
    paths(
        events::list::list,
        events::create::create,
        events::show::show,
        events::publish::publish,
        carts::create::create,
        carts::show::show,
        carts::abandon::abandon,
        carts::checkout::checkout,
        orders::list::list,
        orders::show::show,
        check_ins::create,
        ticket_keys::list,
    ),
    tags(
        (name = "Events", description = "What takes place, and the tickets on sale."),
        (name = "Carts", description = "Tickets that are held for a while, and buying them."),
        (name = "Orders", description = "What was bought."),
        (name = "Check-ins", description = "The door."),
    )
)]
struct Description;

/// `GET /openapi.json`.
pub(super) async fn show(State(state): State<AppState>, ctx: TenantCtx) -> Result<Json<Value>, Problem> {
    let origin = state.config.http.origin(&ctx.tenant.primary_host);
    describe(&ctx.tenant.name, &origin).map(Json)
}

/// Writes the description for one tenant; it names the tenant and nobody else.
pub(super) fn describe(shop: &str, origin: &str) -> Result<Value, Problem> {
    let mut document = serde_json::to_value(Description::openapi()).map_err(Problem::internal)?;
    document["info"] = json!({
        "title": format!("{shop} API"),
        "version": "1",
        "description": "Send `Authorization: Bearer <key>`. Lists are cut into pages; pass `next_cursor` as `cursor`. \
                        Requests that change something take an `Idempotency-Key`. Failures are \
                        `application/problem+json` (RFC 9457) with a stable `code`.",
    });
    document["servers"] = json!([{ "url": origin }]);
    document["security"] = json!([{ "key": [] }]);
    document["components"]["securitySchemes"] = json!({ "key": { "type": "http", "scheme": "bearer" } });
    document["components"]["schemas"]["Problem"] = problem_schema();
    add_failures(&mut document);
    Ok(document)
}

/// Every operation can fail in the ways that belong to the API as a whole.
fn add_failures(document: &mut Value) {
    let failure = json!({
        "description": "The request failed; `code` says why.",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let operations = paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(serde_json::Map::values_mut);
    for operation in operations {
        let Some(responses) = operation["responses"].as_object_mut() else {
            continue;
        };
        responses.insert("default".to_owned(), failure.clone());
        for (status, response) in responses
            .iter_mut()
            .filter(|(status, _)| status.starts_with(['4', '5']))
        {
            let _ = status;
            response["content"] = failure["content"].clone();
        }
    }
}

fn problem_schema() -> Value {
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    json!({
        "type": "object",
        "description": "A failure (RFC 9457).",
        "required": ["type", "title", "status", "code", "request_id"],
        "properties": {
            "type": { "type": "string", "description": "Address of the explanation." },
            "title": { "type": "string", "description": "The same for every failure of this code." },
            "status": { "type": "integer" },
            "code": { "type": "string", "enum": codes },
            "detail": { "type": "string", "description": "More about this case." },
            "param": { "type": "string", "description": "Field or parameter that is to blame." },
            "request_id": { "type": "string", "description": "Tell it to the support." },
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::http::registry::{self, Access, Face};

    #[test]
    fn every_route_of_the_api_is_described_and_nothing_else() {
        let document = describe("Shop", "https://shop.example").unwrap();
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                item.as_object()
                    .unwrap()
                    .keys()
                    .map(move |method| format!("{method} {path}"))
            })
            .collect();
        let listed: BTreeSet<String> = registry::all()
            .into_iter()
            .filter(|route| route.info.face == Face::V1 && matches!(route.info.access, Access::ApiScope(_)))
            .map(|route| format!("{} {}", route.info.method.as_str().to_lowercase(), route.info.path))
            .collect();
        assert_eq!(described, listed);
    }

    #[test]
    fn the_description_is_openapi_3_1_and_names_only_the_shop() {
        let document = describe("Shop", "https://shop.example").unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert!(!document.to_string().to_lowercase().contains("bilten"));
    }
}
