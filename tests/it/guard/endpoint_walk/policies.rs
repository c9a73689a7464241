//! A price offer and a price that moves with demand, for the walk.

use bilten_kernel::{EventId, PriceOfferId, PromoCodeId};
use bilten_tests::{Shopkeeper, Web};
use http::Method;
use serde_json::json;

/// What the owner would send to the routes of policies.
pub fn body(path: &str, ticket_type: &str) -> Option<String> {
    let deed = |of: &str| {
        path.strip_prefix(of)
            .and_then(|rest| rest.strip_prefix("/events/{id}/"))
    };
    match (deed("/api/v1"), deed("/manage")) {
        (Some("price-policies"), _) => Some(policy(ticket_type).to_string()),
        (Some("price-policies/{ticket_type}/simulations" | "price-policies/{ticket_type}/switch"), _) => {
            Some(json!({ "version": 1 }).to_string())
        }
        (_, Some("prices/{ticket_type}")) => Some(
            "floor=80&start=100&ceiling=150&step=5&daily=10&hours=6&freeze=1&tolerance=5&curve=0+100\
             &starts=2026-01-01T00:00&notice="
                .to_owned(),
        ),
        (_, Some("prices/{ticket_type}/simulations")) => Some(format!("version=1&source={ticket_type}")),
        (_, Some("prices/{ticket_type}/starts")) => Some("version=1".to_owned()),
        (_, Some("prices/{ticket_type}/stops")) => Some("after=keep".to_owned()),
        _ => None,
    }
}

/// A policy that moves the price of a type.
pub fn policy(ticket_type: &str) -> serde_json::Value {
    json!({
        "ticket_type_id": ticket_type,
        "terms": { "floor_minor": 8_000, "ceiling_minor": 15_000, "start_minor": 10_000, "step_minor": 500,
        "min_interval_s": 3_600, "max_daily_move_minor": 1_000, "curve": [{ "hours_before": 0, "sold_bp": 10_000 }],
        "tolerance_bp": 500, "freeze_s": 0, "starts_at": "2026-01-01T00:00:00Z" },
    })
}

/// Switches a policy on.
async fn move_price(web: &Web, keeper: &Shopkeeper, event: EventId, ticket_type: &str) {
    let path = format!("/events/{event}/price-policies");
    let made = web.call(keeper, Method::POST, &path, Some(&policy(ticket_type))).await;
    made.expect(201);
    let path = format!("{path}/{ticket_type}");
    let first = json!({ "version": 1 });
    let run = web
        .call(keeper, Method::POST, &format!("{path}/simulations"), Some(&first))
        .await;
    run.expect(201);
    let on = web
        .call(keeper, Method::PUT, &format!("{path}/switch"), Some(&first))
        .await;
    assert!(on.status.is_success(), "{}", on.text);
}

/// Adds a price offer to the event, and lets the price of a type move.
pub async fn give_offer(
    web: &Web,
    keeper: &Shopkeeper,
    (event, ticket_type): (EventId, &str),
    marker: &str,
) -> PriceOfferId {
    move_price(web, keeper, event, ticket_type).await;
    let rule = json!({ "kind": "quantity", "min_quantity": 4, "percent_bp": 1_000 });
    let offer = json!({ "name": marker, "rule": rule });
    let path = format!("/events/{event}/price-offers");
    let made = web.call(keeper, Method::POST, &path, Some(&offer)).await.expect(201);
    made["id"].as_str().unwrap().parse().unwrap()
}

/// Adds a promo code to the event; codes are shown in capitals.
pub async fn give_code(web: &Web, keeper: &Shopkeeper, event: EventId, marker: &str) -> PromoCodeId {
    let code = json!({ "code": marker, "percent_bp": 1_000, "uses": 5 });
    let path = format!("/events/{event}/promo-codes");
    let made = web.call(keeper, Method::POST, &path, Some(&code)).await.expect(201);
    made["id"].as_str().unwrap().parse().unwrap()
}
