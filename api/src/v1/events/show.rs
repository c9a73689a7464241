//! `GET /events/{id}`.

use axum::{Json, extract::State};
use bilten_core::catalog;
use bilten_kernel::EventKind;

use super::Event;
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Get one event.
#[utoipa::path(
    get, path = "/api/v1/events/{id}", tag = "Events", operation_id = "get_event",
    params(("id" = String, Path, description = "Id of the event.")),
    responses((status = 200, description = "The event.", body = Event))
)]
pub(in crate::v1) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<EventKind>,
) -> Result<Json<Event>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    let event = catalog::find_event(&ctx, &mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(Event::new(&event, ctx.now())))
}
