//! `DELETE /events/{id}/promo-codes/{promo}`.

use axum::extract::{Path, State};
use bilten_core::promo;
use bilten_kernel::{EventId, PromoCodeId};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;

use crate::http::{AppState, extract::TenantCtx, problem::Problem};

/// Withdraw a promo code: no new cart can have it.
///
/// Carts and orders that have it keep what it took off. Doing it twice changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/events/{id}/promo-codes/{promo}", tag = "Events", operation_id = "withdraw_promo_code",
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("promo" = String, Path, description = "Id of the promo code.")
    ),
    responses((status = 204, description = "The code was withdrawn."))
)]
pub(in crate::v1) async fn withdraw(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Path((event, code)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let event: EventId = event.parse().map_err(|_| Problem::not_found())?;
    let code: PromoCodeId = code.parse().map_err(|_| Problem::not_found())?;
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::CodeManage, Scope::Tenant).await?;
    promo::withdraw_promo(&ctx, &mut tx, event, code).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
