//! The body of a request.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    response::{IntoResponse as _, Response},
};
use bilten_sso::scim::Fault;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde_json::Value;

use super::answer;
use crate::http::problem::{Code, Problem};

/// JSON, whichever of the two media types it is sent with.
pub(super) struct ScimBody(pub Value);

impl<S: Send + Sync> FromRequest<S> for ScimBody {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if !is_json(request.headers()) {
            let problem =
                Problem::new(Code::UnsupportedMediaType).detail("Send application/scim+json or application/json.");
            return Err(problem.into_response());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let code = match &rejection {
                BytesRejection::FailedToBufferBody(failed) if failed.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    Code::BodyTooLarge
                }
                _ => Code::MalformedRequest,
            };
            Problem::new(code).into_response()
        })?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| answer::fault(&Fault::syntax("The body is not JSON.")))
    }
}

/// Some programs say nothing about the type.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let value = value.to_str().unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(media_type.as_str(), "application/scim+json" | "application/json")
}
