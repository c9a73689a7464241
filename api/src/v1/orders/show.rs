//! `GET /orders/{id}`.

use axum::{Json, extract::State};
use bilten_kernel::OrderKind;

use super::{Order, load};
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Get one order with its tickets.
#[utoipa::path(
    get, path = "/api/v1/orders/{id}", tag = "Orders", operation_id = "get_order",
    params(("id" = String, Path, description = "Id of the order.")),
    responses((status = 200, description = "The order.", body = Order))
)]
pub(in crate::v1) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<OrderKind>,
) -> Result<Json<Order>, Problem> {
    load(&state, &ctx, id).await.map(Json)
}
