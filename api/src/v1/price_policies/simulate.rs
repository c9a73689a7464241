//! `POST /events/{id}/price-policies/{ticket_type}/simulations`.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};
use bilten_core::price_policy::{self, SimulateError};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{PriceSimulation, ids, policy::refuse};
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, JsonBody, TenantCtx},
        problem::Problem,
    },
    v1::once::{Once, Turn},
};

/// What a simulation needs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewPriceSimulationBody {
    /// Version of the policy.
    version: i32,
    /// Ticket type of the same organizer whose sale it runs along; the type itself when missing.
    source_ticket_type_id: Option<String>,
}

/// Run a version of a price policy along a sale of yours.
///
/// Only a version that was simulated can be switched on.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/price-policies/{ticket_type}/simulations", tag = "Events",
    operation_id = "create_price_simulation", request_body = NewPriceSimulationBody,
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("ticket_type" = String, Path, description = "Id of the ticket type."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")
    ),
    responses((status = 201, description = "What there would have been.", body = PriceSimulation))
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    Path(path): Path<(String, String)>,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<NewPriceSimulationBody>,
) -> Result<impl IntoResponse, Problem> {
    let (event, ticket_type) = ids(&path)?;
    let hash = Sha256::new()
        .chain_update(event.uuid())
        .chain_update(ticket_type.uuid())
        .chain_update(hash)
        .finalize();
    let once = Once::new("price-simulations", caller, key, hash.into());
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::PriceEdit, Scope::Tenant).await?;
    let source = body.source_ticket_type_id.map(|id| id.parse()).transpose();
    let source = source.map_err(|_| refuse("source_ticket_type_id", &SimulateError::Source))?;
    let (number, version) = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(number) => (i32::try_from(number.as_u128()).unwrap_or(0), body.version),
        Turn::First => {
            let tried_on = (body.version, source.unwrap_or(ticket_type));
            let run = price_policy::simulate_policy(&ctx, &mut tx, (event, ticket_type), tried_on).await;
            let run = run.map_err(refused)?;
            let number = u128::try_from(run.number).unwrap_or(0);
            once.complete(&mut tx, Uuid::from_u128(number)).await?;
            (run.number, run.version)
        }
    };
    let runs = price_policy::list_simulations(&mut tx, ticket_type).await?;
    tx.commit().await?;
    let made = runs
        .into_iter()
        .find(|run| run.version == version && run.number == number);
    let made = made.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(PriceSimulation::from(made))))
}

fn refused(error: SimulateError) -> Problem {
    match error {
        SimulateError::NotFound => Problem::not_found(),
        SimulateError::Source => refuse("source_ticket_type_id", &error),
        SimulateError::Pricing(error) => refuse("version", &error),
        SimulateError::Db(error) => error.into(),
    }
}
