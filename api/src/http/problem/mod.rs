//! The only place where a failure becomes an answer (RFC 9457).
//!
//! A handler returns `Result<_, Problem>`; `From` implementations here turn the errors of use cases
//! into problems. The answer is written later, by [`render`](super::render), which knows whether a
//! program or a person asked; there the failure is logged, once, with its chain of causes.
//! An answer never holds the text of a cause.

mod code;
mod map;

use std::{borrow::Cow, error::Error, sync::Arc};

use axum::response::{IntoResponse, Response};
use bilten_kernel::ParseError;
pub use code::Code;
use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

/// A failure on its way to becoming an answer.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What went wrong.
    pub code: Code,
    /// More about this case, fit for whoever asked.
    pub detail: Option<Cow<'static, str>>,
    /// Field or parameter that is to blame.
    pub param: Option<Cow<'static, str>>,
    /// Further members of the answer.
    pub members: Map<String, Value>,
    /// Headers of the answer, such as `Retry-After`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Cause, for the log alone.
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    /// Makes a problem that its code says everything about.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            param: None,
            members: Map::new(),
            headers: Vec::new(),
            cause: None,
        }
    }

    /// The thing does not exist, or must not be known to exist.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// A failure of ours.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::new(Code::Internal).caused_by(cause)
    }

    /// A value that was refused where it was parsed.
    pub fn field(param: impl Into<Cow<'static, str>>, error: ParseError) -> Self {
        Self::new(Code::InvalidField).param(param).detail(error.to_string())
    }

    /// Adds a sentence about this case.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Names the field or parameter.
    #[must_use]
    pub fn param(mut self, param: impl Into<Cow<'static, str>>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// Adds a member to the answer.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// Writes the body of the answer for programs.
    pub fn to_json(&self, request_id: &str) -> Value {
        let mut body = json!({
            "type": format!("/api/v1/docs#{}", self.code.name()),
            "title": self.code.title(),
            "status": self.code.status().as_u16(),
            "code": self.code.name(),
            "request_id": request_id,
        });
        if let Some(members) = body.as_object_mut() {
            members.extend(
                self.detail
                    .iter()
                    .map(|detail| ("detail".to_owned(), detail.as_ref().into())),
            );
            members.extend(
                self.param
                    .iter()
                    .map(|param| ("param".to_owned(), param.as_ref().into())),
            );
            members.extend(self.members.clone());
        }
        body
    }
}

impl IntoResponse for Problem {
    /// Carries the problem to `render`, which writes the body.
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        for (name, value) in &self.headers {
            response.headers_mut().append(name, value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}
