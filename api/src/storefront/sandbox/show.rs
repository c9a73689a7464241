//! `GET /sandbox/{payment}`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_billing::sandbox;

use super::{refused, require_open, view};
use crate::http::{AppState, extract::TenantCtx, problem::Problem, shell::Shell};

pub(super) async fn show(
    State(state): State<AppState>,
    tenant: TenantCtx,
    shell: Shell,
    Path(payment): Path<String>,
) -> Result<Response, Problem> {
    require_open(&state).map_err(|_| Problem::not_found())?;
    let payment = payment.parse().map_err(|_| Problem::not_found())?;
    let page = sandbox::show(&state.sandbox, &tenant, payment).await.map_err(refused)?;
    let settings = state.settings.get(&tenant).await?;
    shell.html(&view(&settings.name, &page))
}
