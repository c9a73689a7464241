//! Forms that browsers send.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::{OperatorSession, StaffSession, json::read};
use crate::http::problem::{Code, Problem};

/// Fields of one form.
const MAX_FIELDS: usize = 500;
/// Field with the token of the session.
const CSRF_FIELD: &str = "csrf";

/// A form of somebody who is logged in: it must carry the token of his session as `csrf`.
#[derive(Debug)]
pub struct CsrfForm<T>(pub T);

/// A form of a visitor without a session; where it came from is checked by the gate.
#[derive(Debug)]
pub struct PlainForm<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for PlainForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        deserialize(&fields(request, state).await?).await.map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for CsrfForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let staff = request.extensions().get::<StaffSession>().cloned();
        let operator = request.extensions().get::<OperatorSession>().cloned();
        let fields = fields(request, state).await?;
        let sent = fields
            .iter()
            .find(|(name, _)| name == CSRF_FIELD)
            .map_or("", |(_, value)| value);
        let is_genuine = staff.is_some_and(|session| session.csrf.matches(sent))
            || operator.is_some_and(|session| session.csrf.matches(sent));
        if !is_genuine {
            return Err(Problem::new(Code::CsrfInvalid));
        }
        deserialize(&fields).await.map(Self)
    }
}

/// Tells whether the text is a key that we put into a form ourselves, or as plain as one.
pub fn is_request_key(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

async fn fields<S: Send + Sync>(request: Request, state: &S) -> Result<Vec<(String, String)>, Problem> {
    let media_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_form = media_type
        .split(';')
        .next()
        .is_some_and(|t| t.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        return Err(Problem::new(Code::UnsupportedMediaType).detail("Send application/x-www-form-urlencoded."));
    }
    let bytes = read(request, state).await?;
    let fields: Vec<(String, String)> = form_urlencoded::parse(&bytes)
        .take(MAX_FIELDS + 1)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if fields.len() > MAX_FIELDS {
        return Err(Problem::new(Code::BodyTooLarge).detail("The form has too many fields."));
    }
    // The decoder replaces what is no UTF-8; text from people never holds the replacement or a null.
    if fields
        .iter()
        .any(|(name, value)| name.contains(['\u{fffd}', '\0']) || value.contains(['\u{fffd}', '\0']))
    {
        return Err(Problem::new(Code::InvalidUtf8));
    }
    Ok(fields)
}

/// A struct takes the fields that it names, repeated ones as lists; `Vec<(String, String)>` takes all.
async fn deserialize<T: DeserializeOwned>(fields: &[(String, String)]) -> Result<T, Problem> {
    let encoded = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let request = Request::post("/")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(encoded))
        .map_err(|error| Problem::new(Code::MalformedRequest).caused_by(error))?;
    let form = axum_extra::extract::Form::<T>::from_request(request, &()).await;
    form.map(|form| form.0)
        .map_err(|error| Problem::new(Code::InvalidBody).detail(error.to_string()))
}
