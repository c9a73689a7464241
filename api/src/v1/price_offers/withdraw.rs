//! `DELETE /events/{id}/price-offers/{offer}`.

use axum::extract::{Path, State};
use bilten_core::offers::{self, WithdrawOfferError};
use bilten_kernel::{EventId, PriceOfferId};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;

use crate::http::{AppState, extract::TenantCtx, problem::Problem};

/// Withdraw a price offer: no new cart gets it.
///
/// Carts and orders that have it keep what it took off. Doing it twice changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/events/{id}/price-offers/{offer}", tag = "Events", operation_id = "withdraw_price_offer",
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("offer" = String, Path, description = "Id of the price offer.")
    ),
    responses((status = 204, description = "The offer was withdrawn."))
)]
pub(in crate::v1) async fn withdraw(
    State(state): State<AppState>,
    ctx: TenantCtx,
    Path((event, offer)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let event: EventId = event.parse().map_err(|_| Problem::not_found())?;
    let offer: PriceOfferId = offer.parse().map_err(|_| Problem::not_found())?;
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::PriceEdit, Scope::Tenant).await?;
    match offers::withdraw_offer(&ctx, &mut tx, event, offer).await {
        Ok(()) => tx.commit().await?,
        Err(WithdrawOfferError::NotFound) => return Err(Problem::not_found()),
        Err(WithdrawOfferError::Db(error)) => return Err(error.into()),
    }
    Ok(StatusCode::NO_CONTENT)
}
