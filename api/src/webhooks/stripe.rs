//! `POST /webhooks/stripe/{endpoint}`: Stripe's notices for all tenants, those of the platform (`platform`) and those of the
//! connected accounts (`connect`). Which of the endpoints it was decides nothing: the notice itself names its account.

use axum::{
    body::Bytes,
    extract::{Path, State},
};
use bilten_billing::reconcile::{ReceiveError, Received};
use http::{HeaderMap, StatusCode};

use super::{Headers, not_believed};
use crate::http::{AppState, extract::PlatformCtx, problem::Problem};

pub(super) async fn create(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    Path(endpoint): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Some(inbox) = &state.stripe_inbox else {
        return Err(Problem::not_found());
    };
    if !matches!(endpoint.as_str(), "platform" | "connect") {
        return Err(Problem::not_found());
    }
    match inbox.receive(&ctx, &Headers(headers), &body).await {
        // What was dropped arrived too: told anything else, Stripe would send it for three days.
        Ok(Received::Kept(_) | Received::NotOurs | Received::OtherMode) => Ok(StatusCode::OK),
        Err(ReceiveError::UnknownProvider) => Err(Problem::not_found()),
        Err(ReceiveError::Signature(error)) => Err(not_believed(error)),
        Err(ReceiveError::Db(error)) => Err(error.into()),
    }
}
