//! `DELETE /carts/{id}`.

use axum::extract::State;
use bilten_core::inventory::{self, HoldState};
use bilten_kernel::HoldKind;
use http::StatusCode;

use crate::http::{
    AppState,
    extract::TenantCtx,
    ids::PathId,
    problem::{Code, Problem},
};

/// Give the tickets of a cart back at once. Doing it twice changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/carts/{id}", tag = "Carts", operation_id = "abandon_cart",
    params(("id" = String, Path, description = "Id of the cart.")),
    responses(
        (status = 204, description = "The tickets are free again."),
        (status = 409, description = "`cart_state`: the cart was bought, or a payment is under way.")
    )
)]
pub(in crate::v1) async fn abandon(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<HoldKind>,
) -> Result<StatusCode, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    inventory::abandon(&mut tx, &ctx, id).await?;
    let hold = inventory::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    match hold.state {
        HoldState::Released => Ok(StatusCode::NO_CONTENT),
        HoldState::Held | HoldState::Pinned(_) | HoldState::Cancelling(_) | HoldState::Converted => {
            Err(Problem::new(Code::CartState).member("state", hold.state.name()))
        }
    }
}
