//! The header that makes a repeated request count once
//! (draft-ietf-httpapi-idempotency-key-header-07).

use axum::extract::FromRequestParts;
use http::{HeaderMap, request::Parts};

use crate::http::problem::{Code, Problem};

/// Longest key.
const MAX_LENGTH: usize = 255;

/// Key of the request, if it has one.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

/// Key of a request that must have one.
#[derive(Debug, Clone)]
pub struct RequiredIdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(&parts.headers).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequiredIdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(&parts.headers)?
            .map(Self)
            .ok_or_else(|| Problem::new(Code::IdempotencyKeyMissing))
    }
}

/// The draft writes the key as a quoted string; most clients leave the quotes out. Both are taken.
fn read(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let invalid = || Problem::new(Code::IdempotencyKeyInvalid);
    if values.next().is_some() {
        return Err(invalid());
    }
    let text = value.to_str().map_err(|_| invalid())?.trim();
    let key = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let is_fit = (1..=MAX_LENGTH).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_fit {
        Ok(Some(key.to_owned()))
    } else {
        Err(invalid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_or_refused() {
        let given = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("idempotency-key", value.parse().unwrap());
            read(&headers).ok().flatten()
        };
        assert_eq!(given("abc"), Some("abc".into()));
        assert_eq!(given("\"abc\""), Some("abc".into()));
        assert_eq!(given(&"x".repeat(255)).map(|key| key.len()), Some(255));
        for bad in ["", "\"\"", "a b", &"x".repeat(256)] {
            assert_eq!(given(bad), None, "{bad}");
        }
        assert!(read(&HeaderMap::new()).unwrap().is_none());
    }
}
