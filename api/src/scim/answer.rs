//! Answers in the shapes of the RFC.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use bilten_sso::scim::{Answer, Fault, etag};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, ETAG, LOCATION},
};
use serde_json::{Value, json};

/// Media type of everything here (RFC 7644 §8.1).
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/scim+json; charset=utf-8");

/// An answer with a body.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, Body::from(body.to_string())).into_response();
    response.headers_mut().insert(CONTENT_TYPE, MEDIA_TYPE);
    response
}

/// A resource, or nothing but its version.
pub(super) fn resource(status: StatusCode, answer: &Answer) -> Response {
    let mut response = match &answer.body {
        Some(body) => json(status, body),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    if let Ok(tag) = HeaderValue::try_from(etag(answer.version)) {
        response.headers_mut().insert(ETAG, tag);
    }
    if status == StatusCode::CREATED
        && let Ok(location) = HeaderValue::try_from(&answer.location)
    {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A refusal.
pub(super) fn fault(fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::BAD_REQUEST);
    json(status, &fault_body(fault))
}

/// The body of a refusal, also within the answer to many.
pub(super) fn fault_body(fault: &Fault) -> Value {
    error_body(fault.status, fault.kind, &fault.detail)
}

/// The body of an error (RFC 7644 §3.12).
pub fn error_body(status: u16, kind: Option<&str>, detail: &str) -> Value {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.to_string(),
        "detail": detail,
    });
    if let (Some(kind), Some(members)) = (kind, body.as_object_mut()) {
        members.insert("scimType".to_owned(), kind.into());
    }
    body
}
