//! Which failure of a use case becomes which problem.

use std::sync::Arc;

use bilten_tenancy::{DbError, permissions::Denied};
use http::{HeaderValue, header::RETRY_AFTER};

use super::{Code, Problem};

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        let code = if error.is_unavailable() {
            Code::Unavailable
        } else if error.is_retryable() {
            Code::Busy
        } else {
            Code::Internal
        };
        let problem = Self::new(code).caused_by(error);
        match code {
            Code::Internal => problem,
            _ => problem.header(RETRY_AFTER, HeaderValue::from_static("1")),
        }
    }
}

impl From<Arc<DbError>> for Problem {
    fn from(error: Arc<DbError>) -> Self {
        let code = if error.is_unavailable() {
            Code::Unavailable
        } else {
            Code::Internal
        };
        Self {
            cause: Some(error),
            ..Self::new(code)
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::not_found(),
            Denied::Forbidden(permission) => Self::new(Code::Forbidden).member("permission", permission.name()),
            Denied::Db(error) => error.into(),
        }
    }
}
