//! `GET /events/{id}/price-policies`.

use axum::{Json, extract::State};
use bilten_core::{catalog, price_policy};
use bilten_kernel::EventKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::PricePolicy;
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Versions of the policies of an event.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PricePolicies {
    /// The newest of each ticket type first; 500 at most.
    data: Vec<PricePolicy>,
}

/// List the policies that move prices of an event, in all their versions.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/price-policies", tag = "Events", operation_id = "list_price_policies",
    params(("id" = String, Path, description = "Id of the event.")),
    responses((status = 200, description = "The policies.", body = PricePolicies))
)]
pub(in crate::v1) async fn list(
    PathId(id): PathId<EventKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
) -> Result<Json<PricePolicies>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    let found = catalog::find_event(&ctx, &mut tx, id).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let all = price_policy::list_policies(&mut tx, id).await?;
    tx.commit().await?;
    let on = |ticket_type| {
        let kind = found.ticket_types.iter().find(|kind| kind.id == ticket_type)?;
        kind.moving.as_ref().map(|moving| moving.version)
    };
    let data = all.into_iter().map(|policy| {
        let version = on(policy.ticket_type);
        PricePolicy::new(policy, version)
    });
    Ok(Json(PricePolicies { data: data.collect() }))
}
