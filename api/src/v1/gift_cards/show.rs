//! `GET /gift-cards/{id}`.

use axum::{Json, extract::State};
use bilten_kernel::GiftCardKind;
use bilten_tenancy::permissions::{self, Permission, Scope};

use super::GiftCard;
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Show a gift card.
#[utoipa::path(
    get, path = "/api/v1/gift-cards/{id}", tag = "Gift cards", operation_id = "show_gift_card",
    params(("id" = String, Path, description = "Id of the gift card.")),
    responses((status = 200, description = "The gift card.", body = GiftCard))
)]
pub(in crate::v1) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<GiftCardKind>,
) -> Result<Json<GiftCard>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::OrderRead, Scope::Tenant).await?;
    let card = super::load(&ctx, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(card))
}
