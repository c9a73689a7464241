//! `POST /webhooks/{provider}`: stores a notice; what it says is asked of the provider afterwards.

use axum::{
    body::Bytes,
    extract::{Path, State},
};
use bilten_billing::{
    provider::{HeaderLookup, SignatureError},
    reconcile::{self, ReceiveError},
};
use http::{HeaderMap, StatusCode};

use crate::http::{
    AppState,
    extract::TenantCtx,
    problem::{Code, Problem},
};

struct Headers(HeaderMap);

impl HeaderLookup for Headers {
    fn header(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.to_str().ok())
    }
}

pub(super) async fn create(
    State(state): State<AppState>,
    tenant: TenantCtx,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    match reconcile::receive(&state.inbox, &tenant, &provider, &Headers(headers), &body).await {
        Ok(()) => Ok(StatusCode::OK),
        Err(ReceiveError::UnknownProvider) => Err(Problem::not_found()),
        Err(ReceiveError::Signature(error @ SignatureError::BadEvent)) => {
            Err(Problem::new(Code::MalformedRequest).detail(error.to_string()))
        }
        Err(ReceiveError::Signature(error)) => Err(Problem::new(Code::Unauthenticated).detail(error.to_string())),
        Err(ReceiveError::Db(error)) => Err(error.into()),
    }
}
