//! `DELETE /payees/{id}`.

use axum::extract::State;
use bilten_billing::payees::{self, PayeeError, PayeeKind};
use http::StatusCode;

use super::{permit, refused};
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Close an account: nothing new is sold through it.
///
/// Payments that are under way go on, and what it took is given back from it. Doing it twice changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/payees/{id}", tag = "Payees", operation_id = "close_payee",
    params(("id" = String, Path, description = "Id of the account.")),
    responses((status = 204, description = "The account is closed."))
)]
pub(in crate::v1) async fn close(
    PathId(id): PathId<PayeeKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
) -> Result<StatusCode, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    permit(&ctx, &mut tx).await?;
    match payees::close(&ctx, &mut tx, id).await {
        Ok(()) | Err(PayeeError::WrongState) => tx.commit().await?,
        Err(error) => return Err(refused(error)),
    }
    Ok(StatusCode::NO_CONTENT)
}
