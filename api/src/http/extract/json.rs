//! JSON bodies.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
};
use http::{HeaderMap, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sha2::{Digest as _, Sha256};

use crate::http::problem::{Code, Problem};

/// A JSON body, with a hash of what it says.
///
/// The hash does not change with spaces or the order of members, so that a repeated request counts
/// as the same.
#[derive(Debug)]
pub struct JsonBody<T> {
    /// The body.
    pub value: T,
    /// SHA-256 of its meaning.
    pub hash: [u8; 32],
}

/// A JSON body of which no hash is wanted.
#[derive(Debug)]
pub struct UnhashedJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        parse(&read_json(request, state).await?)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for UnhashedJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        parse_value(text(&read_json(request, state).await?)?).map(Self)
    }
}

async fn read_json<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    if !is_json(request.headers()) {
        return Err(Problem::new(Code::UnsupportedMediaType).detail("Send application/json."));
    }
    read(request, state).await
}

/// Reads a body within the limit of the route.
pub(super) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match &rejection {
            BytesRejection::FailedToBufferBody(failed) if failed.status() == http::StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(Code::BodyTooLarge)
            }
            _ => Problem::new(Code::MalformedRequest).caused_by(rejection),
        })
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let media_type = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type == "application/json" || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<JsonBody<T>, Problem> {
    let text = text(bytes)?;
    let value = parse_value(text)?;
    let meaning: serde_json::Value = parse_value(text)?;
    let mut hasher = Sha256::new();
    digest(&meaning, &mut hasher);
    Ok(JsonBody {
        value,
        hash: hasher.finalize().into(),
    })
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|_| Problem::new(Code::InvalidUtf8))
}

fn parse_value<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| refuse(&error))
}

/// The text of serde says what was expected and where; it quotes nothing but the request itself.
fn refuse(error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => Problem::new(Code::MalformedJson).detail(said),
        Category::Data => {
            let between_ticks = |prefix: &str| said.strip_prefix(prefix)?.split('`').next().map(str::to_owned);
            match between_ticks("unknown field `") {
                Some(name) => Problem::new(Code::UnknownField).param(name).detail(said),
                None => match between_ticks("missing field `") {
                    Some(name) => Problem::new(Code::InvalidField).param(name).detail(said),
                    None => Problem::new(Code::InvalidBody).detail(said),
                },
            }
        }
    }
}

/// Feeds a value to the hash, members sorted by name.
fn digest(value: &serde_json::Value, hasher: &mut Sha256) {
    use serde_json::Value;
    match value {
        Value::Array(items) => {
            hasher.update(b"[");
            for item in items {
                digest(item, hasher);
            }
            hasher.update(b"]");
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            hasher.update(b"{");
            for (name, member) in sorted {
                digest(&Value::String(name.clone()), hasher);
                digest(member, hasher);
            }
            hasher.update(b"}");
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            hasher.update(value.to_string().as_bytes());
            hasher.update(b",");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[expect(dead_code, reason = "only parsed")]
        id: String,
        #[expect(dead_code, reason = "only parsed")]
        quantity: u32,
    }

    #[test]
    fn bad_bodies_get_telling_codes() {
        for (body, code) in [
            (&b"{"[..], Code::MalformedJson),
            (b"", Code::MalformedJson),
            (b"{\"id\":\"a\",\"quantity\":1} x", Code::MalformedJson),
            (b"\xff\xfe", Code::InvalidUtf8),
            (b"{\"id\":\"a\",\"quantity\":1,\"x\":1}", Code::UnknownField),
            (b"{\"id\":\"a\"}", Code::InvalidField),
            (b"{\"id\":\"a\",\"quantity\":-1}", Code::InvalidBody),
            (b"{\"id\":\"a\",\"quantity\":1e400}", Code::MalformedJson),
            (b"{\"id\":\"a\",\"quantity\":99999999999}", Code::InvalidBody),
            (b"{\"id\":\"a\",\"id\":\"b\",\"quantity\":1}", Code::InvalidBody),
            (b"[]", Code::InvalidBody),
        ] {
            let problem = parse::<Item>(body).unwrap_err();
            assert_eq!(problem.code, code, "{}", String::from_utf8_lossy(body));
        }
        let deep = "[".repeat(10_000);
        assert_eq!(parse::<Item>(deep.as_bytes()).unwrap_err().code, Code::InvalidBody);
    }

    #[test]
    fn the_hash_sees_meaning_not_spelling() {
        let hash = |text: &str| parse::<serde_json::Value>(text.as_bytes()).unwrap().hash;
        assert_eq!(hash(r#"{"a":1,"b":[2]}"#), hash("{ \"b\": [2], \"a\": 1 }"));
        assert_ne!(hash(r#"{"a":1}"#), hash(r#"{"a":"1"}"#));
        assert_ne!(hash("[[1],2]"), hash("[[1,2]]"));
    }
}
