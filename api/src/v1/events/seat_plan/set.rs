//! `PUT /events/{id}/seat-plan`.

use axum::{Json, extract::State};
use bilten_core::seating;
use bilten_kernel::EventKind;
use bilten_tenancy::permissions::{self, Permission, Scope};

use super::plan::{SeatPlan, SeatPlanBody};
use crate::http::{
    AppState,
    extract::{JsonBody, TenantCtx},
    ids::PathId,
    problem::Problem,
};

/// Set the seat plan of an event.
///
/// The plan takes the place of the one before. Seats that somebody has must stay where they are; they may be blocked, and
/// are then not sold again when they come back. Types of tickets that the plan does not name take no seats.
#[utoipa::path(
    put, path = "/api/v1/events/{id}/seat-plan", tag = "Events", operation_id = "set_seat_plan", request_body = SeatPlanBody,
    params(("id" = String, Path, description = "Id of the event.")),
    responses(
        (status = 200, description = "The plan as it is now.", body = SeatPlan),
        (status = 409, description = "`seat_taken`, `ticket_type_in_use`, `capacity_above_seats` or `event_state`.")
    )
)]
pub(in crate::v1) async fn set(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<EventKind>,
    JsonBody { value: body, .. }: JsonBody<SeatPlanBody>,
) -> Result<Json<SeatPlan>, Problem> {
    let wish = body.parse()?;
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::SeatmapEdit, Scope::Tenant).await?;
    seating::set_plan(&ctx, &mut tx, id, &wish).await?;
    let plan = seating::find_plan(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(SeatPlan::from(plan)))
}
