//! `PUT /events/{id}/price-policies/{ticket_type}/switch`.

use axum::extract::{Path, State};
use bilten_core::price_policy::{self, PriceAfter, StartPolicyError, StopPolicyError};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ids, policy::refuse};
use crate::http::{
    AppState,
    extract::{JsonBody, TenantCtx},
    problem::{Code, Problem},
};

/// What a ticket costs after the policy was stopped.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::v1) enum After {
    /// What it cost last.
    #[default]
    Keep,
    /// What the policy began with.
    Start,
}

/// How the switch shall stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct PriceSwitchBody {
    /// Version that shall be on; none stops all moves at once.
    version: Option<i32>,
    /// When it is stopped: `keep` or `start`.
    #[serde(default)]
    price_after: After,
}

/// Switch a version of a price policy on, or stop all moves at once.
///
/// Carts and orders keep their prices. Doing it twice changes nothing.
#[utoipa::path(
    put, path = "/api/v1/events/{id}/price-policies/{ticket_type}/switch", tag = "Events",
    operation_id = "switch_price_policy", request_body = PriceSwitchBody,
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("ticket_type" = String, Path, description = "Id of the ticket type.")
    ),
    responses(
        (status = 204, description = "So it stands."),
        (status = 409, description = "`event_state`.")
    )
)]
pub(in crate::v1) async fn switch(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Path(path): Path<(String, String)>,
    JsonBody { value: body, .. }: JsonBody<PriceSwitchBody>,
) -> Result<StatusCode, Problem> {
    let found = ids(&path)?;
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::PriceEdit, Scope::Tenant).await?;
    if let Some(version) = body.version {
        let started = price_policy::start_policy(&ctx, &mut tx, found, version).await;
        started.map_err(refused)?;
    } else {
        let after = match body.price_after {
            After::Keep => PriceAfter::Keep,
            After::Start => PriceAfter::Start,
        };
        match price_policy::stop_policy(&ctx, &mut tx, found, after).await {
            Ok(_) => {}
            Err(StopPolicyError::NotFound) => return Err(Problem::not_found()),
            Err(StopPolicyError::Db(error)) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn refused(error: StartPolicyError) -> Problem {
    match error {
        StartPolicyError::NotFound => Problem::not_found(),
        StartPolicyError::Closed => Problem::new(Code::EventState),
        StartPolicyError::NotSimulated | StartPolicyError::HasTiers | StartPolicyError::OpenPrice => {
            refuse("version", &error)
        }
        StartPolicyError::Db(error) => error.into(),
    }
}
