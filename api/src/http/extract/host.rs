//! Host that was asked.

use axum::extract::FromRequestParts;
use bilten_kernel::HostName;
use http::{header::HOST, request::Parts};

use crate::http::problem::Problem;

/// Host of the request, one of the tenant's: other hosts are answered before any handler runs.
#[derive(Debug, Clone)]
pub struct AskedHost(pub HostName);

impl<S: Send + Sync> FromRequestParts<S> for AskedHost {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let named = parts.uri.authority().map(http::uri::Authority::as_str);
        let header = || parts.headers.get(HOST).and_then(|value| value.to_str().ok());
        let host = named.or_else(header).and_then(|host| host.parse().ok());
        host.map(Self).ok_or_else(Problem::not_found)
    }
}
