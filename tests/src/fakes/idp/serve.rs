//! Its endpoints.

use std::sync::{Arc, Mutex};

use axum::{
    extract::{Form, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Redirect, Response},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::{CLIENT_ID, CLIENT_SECRET, World, lock, patched};

type Shared = State<Arc<Mutex<World>>>;

pub(super) async fn discovery(State(world): Shared) -> Response {
    let mut world = lock(&world);
    world.asked.push_back("discovery".to_owned());
    if let Some((status, body)) = &world.twist.discovery {
        return answer(*status, "application/json", body.clone());
    }
    let issuer = &world.issuer;
    let description = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": ["openid", "email", "profile", "groups"],
        "backchannel_logout_supported": true,
    });
    let description = patched(description, &world.twist.metadata);
    answer(200, "application/json", description.to_string())
}

pub(super) async fn keys(State(world): Shared) -> Response {
    let mut world = lock(&world);
    world.asked.push_back("keys".to_owned());
    let body = match &world.twist.jwks {
        Some(body) => body.clone(),
        None => json!({ "keys": world.keys.iter().map(super::Key::public).collect::<Vec<_>>() }).to_string(),
    };
    answer(200, "application/json", body)
}

/// Checks what an honest provider checks: the client, the code, where it came back to, and the proof of PKCE.
pub(super) async fn token(
    State(world): Shared,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let mut world = lock(&world);
    world.asked.push_back("token".to_owned());
    if let Some((status, media_type, body)) = &world.twist.token_answer {
        return answer(*status, media_type, body.clone());
    }
    let field = |name: &str| {
        fields
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value.as_str())
    };
    if !is_client(&headers, &field) {
        return refused(401, "invalid_client");
    }
    let Some(code) = world.codes.remove(field("code")) else {
        return refused(400, "invalid_grant");
    };
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(field("code_verifier").as_bytes()));
    if challenge != code.challenge || field("redirect_uri") != code.redirect_uri {
        return refused(400, "invalid_grant");
    }
    let tokens = json!({ "access_token": "access-1", "token_type": "Bearer", "id_token": world.id_token(&code.nonce) });
    answer(
        200,
        "application/json",
        patched(tokens, &world.twist.tokens).to_string(),
    )
}

pub(super) async fn userinfo(State(world): Shared, headers: HeaderMap) -> Response {
    let mut world = lock(&world);
    world.asked.push_back("userinfo".to_owned());
    if headers
        .get("authorization")
        .is_none_or(|value| value != "Bearer access-1")
    {
        return refused(401, "invalid_token");
    }
    match &world.twist.userinfo {
        Some((status, media_type, body)) => answer(*status, media_type, body.to_string()),
        None => answer(200, "application/json", json!({ "sub": world.person.sub }).to_string()),
    }
}

/// Leads on, which nobody must follow.
pub(super) async fn elsewhere(State(world): Shared) -> Response {
    lock(&world).asked.push_back("elsewhere".to_owned());
    Redirect::temporary("/.well-known/openid-configuration").into_response()
}

fn is_client<'a>(headers: &HeaderMap, field: &impl Fn(&str) -> &'a str) -> bool {
    let Some(header) = headers.get("authorization").and_then(|value| value.to_str().ok()) else {
        return field("client_id") == CLIENT_ID && field("client_secret") == CLIENT_SECRET;
    };
    let joined = header
        .strip_prefix("Basic ")
        .and_then(|text| BASE64.decode(text.as_bytes()).ok());
    let joined = String::from_utf8(joined.unwrap_or_default()).unwrap_or_default();
    let decode = |text: &str| {
        let pairs = form_urlencoded::parse(text.as_bytes()).next();
        pairs.map_or_else(String::new, |(name, _)| name.into_owned())
    };
    let (id, secret) = joined.split_once(':').unwrap_or_default();
    (decode(id).as_str(), decode(secret).as_str()) == (CLIENT_ID, CLIENT_SECRET)
}

fn refused(status: u16, error: &str) -> Response {
    answer(
        status,
        "application/json",
        json!({ "error": error, "error_description": "<b>no</b>" }).to_string(),
    )
}

fn answer(status: u16, media_type: &'static str, body: String) -> Response {
    let status = StatusCode::from_u16(status).expect("tests give real statuses");
    (status, [(CONTENT_TYPE, media_type)], body).into_response()
}
