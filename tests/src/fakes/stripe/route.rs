//! Which request means what: keys, accounts, then the thing that is asked for.

use axum::response::{Html, IntoResponse, Redirect, Response};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};

use super::{
    Answer, Recorded, SECRET_KEY, accounts, balance, disputes, form, hosts, intents, objects, refunds, transfers,
    world::{Used, World},
};

/// Reads a request.
pub(super) fn read(method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Recorded {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let sent = if *method == Method::GET {
        uri.query().unwrap_or_default().to_owned()
    } else {
        String::from_utf8(body.to_vec()).expect("forms are text")
    };
    Recorded {
        method: method.to_string(),
        path: uri.path().trim_start_matches("/v1").to_owned(),
        account: text("stripe-account"),
        key: text("idempotency-key"),
        params: form::decode(&sent),
    }
}

/// Answers a request of the API.
pub(super) fn answer(world: &mut World, headers: &HeaderMap, asked: &Recorded) -> Answer {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
    if bearer != Some(&format!("Bearer {SECRET_KEY}")) {
        return objects::error(401, "invalid_request_error", "", None);
    }
    let version = stripe_shared::version::VERSION.as_str();
    assert_eq!(
        headers.get("stripe-version").and_then(|value| value.to_str().ok()),
        Some(version),
        "each request pins the version"
    );
    if let Some(account) = &asked.account
        && !world.accounts.contains_key(account)
    {
        return objects::error(403, "invalid_request_error", "account_invalid", None);
    }
    let Some(key) = asked.key.clone().filter(|_| asked.method == "POST") else {
        assert_eq!(
            asked.method, "GET",
            "whatever changes something carries a key: {}",
            asked.path
        );
        return dispatch(world, asked);
    };
    assert!(key.len() <= 255, "keys have 255 characters at most");
    let scope = (asked.account.clone(), key);
    let request = json!([asked.path, asked.params]);
    if let Some(before) = world.used(&scope, &request) {
        return before;
    }
    let answer = dispatch(world, asked);
    let used = Used {
        request,
        status: answer.status,
        body: answer.body.clone(),
    };
    world.keys.insert(scope, used);
    answer
}

fn dispatch(world: &mut World, asked: &Recorded) -> Answer {
    let path: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
    match (asked.method.as_str(), path.as_slice()) {
        ("POST", ["payment_intents"]) => intents::create(world, asked),
        ("GET", ["payment_intents", id]) => intents::retrieve(world, asked, id),
        ("POST", ["payment_intents", id, "confirm"]) => intents::confirm(world, asked, id),
        ("POST", ["payment_intents", id, "cancel"]) => intents::cancel(world, asked, id),
        ("POST", ["refunds"]) => refunds::create(world, asked),
        ("GET", ["refunds"]) => refunds::list(world, asked),
        ("POST", ["accounts"]) => accounts::create(world, asked),
        ("GET", ["accounts", id]) => accounts::retrieve(world, id),
        ("POST", ["account_links"]) => accounts::link(world, asked),
        ("POST", ["account_sessions"]) => accounts::session(world, asked),
        ("GET", ["events"]) => events(world, asked),
        ("GET", ["payment_method_domains"]) => hosts::list(world, asked),
        ("POST", ["payment_method_domains"]) => hosts::create(world, asked),
        ("POST", ["payment_method_domains", id, "validate"]) => hosts::validate(world, asked, id),
        ("GET", ["disputes"]) => disputes::list(world, asked),
        ("GET", ["disputes", id]) => disputes::retrieve(world, asked, id),
        ("POST", ["disputes", id]) => disputes::answer(world, asked, id),
        ("POST", ["disputes", id, "close"]) => disputes::close(world, asked, id),
        ("GET", ["radar", "early_fraud_warnings"]) => disputes::list_early(world, asked),
        ("GET", ["balance_transactions"]) => balance::list(world, asked),
        ("GET", ["balance"]) => balance::show(world, asked),
        ("POST", ["transfers"]) => transfers::create(world, asked),
        ("GET", ["transfers"]) => transfers::list(world, asked),
        ("GET", ["transfers", id]) => transfers::retrieve(world, id),
        ("POST", ["payouts"]) => balance::pay_out(world, asked),
        ("GET", ["payouts"]) => balance::list_payouts(world, asked),
        ("GET", ["payouts", id]) => balance::payout(world, asked, id),
        _ => objects::error(404, "invalid_request_error", "", None),
    }
}

/// Events that could not be delivered; here those that nobody took.
fn events(world: &World, asked: &Recorded) -> Answer {
    let of_account = world.events.iter().filter(|(account, _)| *account == asked.account);
    let mut told: Vec<Value> = of_account.map(|(_, event)| event.clone()).collect();
    told.reverse();
    objects::list("/v1/events", &told)
}

/// The bank's page: `GET` shows the challenge, and the links end it.
pub(super) fn page(world: &mut World, asked: &Recorded) -> Response {
    let path: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
    match path.as_slice() {
        ["challenge", payment] if world.intents.contains_key(*payment) => Html(format!(
            "<!doctype html><html lang=\"en\"><title>Bank</title><h1>Your bank</h1>\
             <p><a href=\"/challenge/{payment}/yes\">Approve</a> <a href=\"/challenge/{payment}/no\">Refuse</a>"
        ))
        .into_response(),
        ["challenge", payment, choice] if world.intents.contains_key(*payment) => {
            if world.status_of(payment) == "requires_action" {
                world.finish_challenge(payment, *choice == "yes");
            }
            let back = world.intents[*payment].return_url.clone().unwrap_or_default();
            Redirect::to(&format!("{back}?payment_intent={payment}&redirect_status=succeeded")).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
