//! `GET /events/{id}/price-offers`.

use axum::{Json, extract::State};
use bilten_core::{catalog, offers};
use bilten_kernel::EventKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::PriceOffer;
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Price offers of an event.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PriceOffers {
    /// The first one first, withdrawn ones last; 50 at most.
    data: Vec<PriceOffer>,
}

/// List the price offers of an event.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/price-offers", tag = "Events", operation_id = "list_price_offers",
    params(("id" = String, Path, description = "Id of the event.")),
    responses((status = 200, description = "The offers.", body = PriceOffers))
)]
pub(in crate::v1) async fn list(
    PathId(id): PathId<EventKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
) -> Result<Json<PriceOffers>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    let status = catalog::find_status(&mut tx, id).await?;
    status.ok_or_else(Problem::not_found)?;
    let all = offers::list_offers(&mut tx, id).await?;
    tx.commit().await?;
    let data = all.into_iter().map(PriceOffer::from).collect();
    Ok(Json(PriceOffers { data }))
}
