//! `GET /events/{id}/seat-plan`.

use axum::{Json, extract::State};
use bilten_core::{catalog, seating};
use bilten_kernel::EventKind;

use super::plan::SeatPlan;
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Get the seat plan of an event, and how many seats are free; empty when it has none.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/seat-plan", tag = "Events", operation_id = "get_seat_plan",
    params(("id" = String, Path, description = "Id of the event.")),
    responses((status = 200, description = "The plan.", body = SeatPlan))
)]
pub(in crate::v1) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<EventKind>,
) -> Result<Json<SeatPlan>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    catalog::find_status(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let plan = seating::find_plan(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(SeatPlan::from(plan)))
}
