//! Description of the API (OpenAPI 3.1), made from the handlers.

use axum::{Json, extract::State};
use serde_json::{Value, json};
use utoipa::OpenApi;

use super::{
    carts, check_ins, disputes, events, gift_cards, orders, payees, price_offers, price_policies, promo_codes,
    ticket_keys,
};
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
        events::waiting_list::list,
        events::seat_plan::show::show,
        events::seat_plan::set::set,
        price_offers::list::list,
        price_offers::create::create,
        price_offers::withdraw::withdraw,
        price_policies::list::list,
        price_policies::create::create,
        price_policies::simulate::create,
        price_policies::switch::switch,
        price_policies::points::list,
        promo_codes::list::list,
        promo_codes::create::create,
        promo_codes::withdraw::withdraw,
        carts::create::create,
        carts::show::show,
        carts::abandon::abandon,
        carts::checkout::checkout,
        orders::list::list,
        orders::show::show,
        orders::returns::list,
        orders::returns::create,
        check_ins::create,
        ticket_keys::list,
        disputes::list,
        disputes::show,
        payees::list::list,
        payees::connect::connect,
        payees::show::show,
        payees::close::close,
        payees::onboard::create,
        gift_cards::list::list,
        gift_cards::create::create,
        gift_cards::show::show,
        gift_cards::stop::stop,
        gift_cards::balance::look_up,
        payees::onboard::open,
    ),
    tags(
        (name = "Events", description = "What takes place, and the tickets on sale."),
        (name = "Carts", description = "Tickets that are held for a while, and buying them."),
        (name = "Orders", description = "What was bought."),
        (name = "Check-ins", description = "The door."),
        (name = "Gift cards", description = "Balances that pay orders."),
        (name = "Disputes", description = "Payments that buyers contest with their banks."),
        (name = "Payees", description = "Accounts that the tenant is paid through."),
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
    document["components"]["headers"] = headers();
    complete(&mut document);
    Ok(document)
}

/// Every operation can fail in the ways that belong to the API as a whole, and tells how much of the quota is left.
fn complete(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, item) in paths {
        let operations = item.as_object_mut().into_iter().flatten();
        operations.for_each(|(_, operation)| complete_operation(path, operation));
    }
}

fn complete_operation(path: &str, operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let has_key = parameters
        .into_iter()
        .any(|parameter| parameter["name"] == "Idempotency-Key");
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, description, is_possible) in [
        ("400", "The request cannot be read.", true),
        ("401", "No valid key was sent.", true),
        ("403", "The key does not have the scope, or the shop is closed.", true),
        ("404", "There is no such thing here.", path.contains('{')),
        ("409", "`idempotency_key_in_flight`", has_key),
        ("413", "The body is too large.", has_body),
        ("415", "The body is not JSON.", has_body),
        (
            "422",
            "A field is not accepted, or `idempotency_key_reused`.",
            has_body || has_key,
        ),
        ("429", "Too many requests; `Retry-After` says when to come back.", true),
        ("default", "The request failed; `code` says why.", true),
    ] {
        if is_possible && !responses.contains_key(status) {
            responses.insert(status.to_owned(), json!({ "description": description }));
        }
    }
    for (status, response) in responses.iter_mut() {
        let limits = ["RateLimit", "RateLimit-Policy"].into_iter();
        for name in limits.chain((status == "429").then_some("Retry-After")) {
            response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
        }
        if !status.starts_with('2') {
            let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
            response["content"] = json!({ "application/problem+json": problem });
        }
    }
}

fn headers() -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "RateLimit": text("Requests left and seconds until all are back: `\"default\";r=599;t=1`."),
        "RateLimit-Policy": text("Requests at once and seconds in which they come back: `\"default\";q=600;w=6`."),
        "Retry-After": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 1 } },
    })
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
    use crate::http::registry::{self, Access, Face, Repeat};

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

    fn refers_to_a_schema(document: &Value, content: &Value) -> bool {
        let name = content["schema"]["$ref"].as_str().unwrap_or_default();
        name.strip_prefix('#')
            .and_then(|path| document.pointer(path))
            .is_some_and(Value::is_object)
    }

    #[test]
    fn every_operation_says_what_goes_in_what_comes_out_and_how_it_fails() {
        let document = describe("Shop", "https://shop.example").unwrap();
        let mut names = BTreeSet::new();
        let listed = registry::all().into_iter().map(|route| route.info);
        for info in listed.filter(|info| matches!(info.access, Access::ApiScope(_))) {
            let method = info.method.as_str().to_lowercase();
            let operation = &document["paths"][info.path][&method];
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{info:?}");
            assert!(operation["summary"].is_string(), "{info:?}");
            let parameters = operation["parameters"].as_array();
            let key = parameters.and_then(|all| all.iter().find(|one| one["name"] == "Idempotency-Key"));
            let is_required = key.map(|key| key["required"] == true);
            let expected = match info.repeat {
                Some(Repeat::RequiredKey) => Some(true),
                Some(Repeat::Key) => Some(false),
                _ => None,
            };
            assert_eq!(is_required, expected, "{info:?}");
            let has_body = matches!(method.as_str(), "post" | "put")
                && !["/publish", "/onboarding-links", "/onboarding-session"]
                    .iter()
                    .any(|end| info.path.ends_with(end));
            let body = &operation["requestBody"]["content"]["application/json"];
            assert_eq!(refers_to_a_schema(&document, body), has_body, "{info:?}");
            let responses = operation["responses"].as_object().unwrap();
            for status in ["400", "401", "403", "429", "default"] {
                assert!(responses.contains_key(status), "{info:?} has no {status}");
            }
            for (status, response) in responses {
                let kind = if status.starts_with('2') {
                    "application/json"
                } else {
                    "application/problem+json"
                };
                let is_described = refers_to_a_schema(&document, &response["content"][kind]);
                assert!(is_described || status == "204", "{info:?} {status}");
            }
        }
        assert!(names.len() > 10);
    }

    #[test]
    fn the_description_is_openapi_3_1_and_names_only_the_shop() {
        let document = describe("Shop", "https://shop.example").unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        assert!(!document.to_string().to_lowercase().contains("bilten"));
    }
}
