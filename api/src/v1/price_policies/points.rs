//! `GET /events/{id}/price-policies/{ticket_type}/points`.

use axum::{
    Json,
    extract::{Path, State},
};
use bilten_core::{catalog, price_policy};
use serde::Serialize;
use utoipa::ToSchema;

use super::ids;
use crate::http::{AppState, extract::TenantCtx, problem::Problem};

/// Points that are listed.
const LISTED: i64 = 500;

/// Prices that policies have set.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PricePoints {
    /// The newest first; 500 at most.
    data: Vec<PricePoint>,
}

/// A price that a policy has set. It never changes.
#[derive(Debug, Serialize, ToSchema)]
struct PricePoint {
    /// Number, from 1 for each ticket type.
    number: i32,
    /// From when on (RFC 3339).
    from: String,
    /// All-in price before, in minor units.
    before_minor: i64,
    /// All-in price from then on, in minor units.
    price_minor: i64,
    /// `start`, `ahead`, `behind`, `bounds` or `stopped`.
    cause: &'static str,
    /// Tickets sold and in carts that were looked at.
    sold: i64,
    /// Places that were looked at.
    capacity: i64,
    /// What the curve expected to be sold, in hundredths of a per cent of the places.
    expected_bp: i32,
    /// What the price of the list had moved in the 24 hours before, in minor units.
    moved_minor: i64,
    /// Version of the policy.
    policy_version: i32,
}

/// List how the price of a ticket type has moved, and why.
#[utoipa::path(
    get, path = "/api/v1/events/{id}/price-policies/{ticket_type}/points", tag = "Events", operation_id = "list_price_points",
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("ticket_type" = String, Path, description = "Id of the ticket type.")
    ),
    responses((status = 200, description = "The points.", body = PricePoints))
)]
pub(in crate::v1) async fn list(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Path(path): Path<(String, String)>,
) -> Result<Json<PricePoints>, Problem> {
    let (event, ticket_type) = ids(&path)?;
    let mut tx = state.db.begin(&ctx).await?;
    let found = catalog::find_event(&ctx, &mut tx, event).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    if !found.ticket_types.iter().any(|kind| kind.id == ticket_type) {
        return Err(Problem::not_found());
    }
    let points = price_policy::list_points(&mut tx, ticket_type, LISTED).await?;
    tx.commit().await?;
    let data = points.into_iter().map(|point| PricePoint {
        number: point.number,
        from: point.at.to_string(),
        before_minor: point.shown_before,
        price_minor: point.shown_price,
        cause: point.cause.name(),
        sold: point.sold,
        capacity: point.capacity,
        expected_bp: point.expected_bp,
        moved_minor: point.moved,
        policy_version: point.policy_version,
    });
    Ok(Json(PricePoints { data: data.collect() }))
}
