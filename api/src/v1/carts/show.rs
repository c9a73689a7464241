//! `GET /carts/{id}`.

use axum::{Json, extract::State};
use bilten_core::inventory;
use bilten_kernel::HoldKind;

use super::Cart;
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Get one cart.
#[utoipa::path(
    get, path = "/api/v1/carts/{id}", tag = "Carts", operation_id = "get_cart",
    params(("id" = String, Path, description = "Id of the cart.")),
    responses((status = 200, description = "The cart.", body = Cart))
)]
pub(in crate::v1) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<HoldKind>,
) -> Result<Json<Cart>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    let hold = inventory::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Json(Cart::new(&hold, ctx.now())?))
}
