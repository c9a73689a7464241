//! `GET /payees`.

use axum::{Json, extract::State};
use bilten_billing::payees;

use super::{Payee, permit};
use crate::{
    http::{AppState, extract::TenantCtx, problem::Problem},
    v1::paging::List,
};

/// List the accounts that the tenant is paid through, the open ones first; there is hardly ever more than one.
#[utoipa::path(
    get, path = "/api/v1/payees", tag = "Payees", operation_id = "list_payees",
    responses((status = 200, description = "The accounts.", body = List<Payee>))
)]
pub(in crate::v1) async fn list(State(state): State<AppState>, ctx: TenantCtx) -> Result<Json<List<Payee>>, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    permit(&ctx, &mut tx).await?;
    let found = payees::list(&mut tx).await?;
    let rests = payees::list_rests(&mut tx, ctx.ctx.now()).await?;
    let hosts = payees::list_wallet_hosts(&mut tx).await?;
    tx.commit().await?;
    Ok(Json(List {
        data: found
            .into_iter()
            .map(|payee| Payee::new(payee, &rests, &hosts))
            .collect(),
        next_cursor: None,
        has_more: false,
    }))
}
