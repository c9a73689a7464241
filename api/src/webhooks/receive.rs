//! `POST /webhooks/{provider}`: stores a notice; what it says is asked of the provider afterwards.

use axum::{
    body::Bytes,
    extract::{Path, State},
};
use bilten_billing::reconcile::{self, ReceiveError};
use http::{HeaderMap, StatusCode};

use super::{Headers, not_believed};
use crate::http::{AppState, extract::TenantCtx, problem::Problem};

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
        Err(ReceiveError::Signature(error)) => Err(not_believed(error)),
        Err(ReceiveError::Db(error)) => Err(error.into()),
    }
}
