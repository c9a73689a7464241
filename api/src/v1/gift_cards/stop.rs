//! `DELETE /gift-cards/{id}`.

use axum::{Json, extract::State};
use bilten_billing::gift_cards;
use bilten_kernel::GiftCardKind;
use bilten_tenancy::permissions::{self, Permission, Scope};

use super::GiftCard;
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Stop a gift card: nothing is taken from it from then on.
///
/// What is left stays owed. Doing it twice changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/gift-cards/{id}", tag = "Gift cards", operation_id = "stop_gift_card",
    params(("id" = String, Path, description = "Id of the gift card.")),
    responses((status = 200, description = "The gift card as it is now.", body = GiftCard))
)]
pub(in crate::v1) async fn stop(
    State(state): State<AppState>,
    ctx: TenantCtx,
    PathId(id): PathId<GiftCardKind>,
) -> Result<Json<GiftCard>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::OrderCancel, Scope::Tenant).await?;
    if !gift_cards::stop(&ctx, &mut tx, id).await? {
        return Err(Problem::not_found());
    }
    let card = super::load(&ctx, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(card))
}
