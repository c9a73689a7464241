//! `GET /payees/{id}`.

use axum::{Json, extract::State};
use bilten_billing::payees::PayeeKind;

use super::{Payee, load};
use crate::http::{AppState, extract::TenantCtx, ids::PathId, problem::Problem};

/// Get one account, as the provider told it last.
#[utoipa::path(
    get, path = "/api/v1/payees/{id}", tag = "Payees", operation_id = "get_payee",
    params(("id" = String, Path, description = "Id of the account.")),
    responses((status = 200, description = "The account.", body = Payee))
)]
pub(in crate::v1) async fn show(
    PathId(id): PathId<PayeeKind>,
    State(state): State<AppState>,
    ctx: TenantCtx,
) -> Result<Json<Payee>, Problem> {
    load(&state, &ctx, id).await.map(Json)
}
