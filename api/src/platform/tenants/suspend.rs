//! `POST /tenants/{id}/suspension`.

use axum::{extract::State, response::Response};
use bilten_branding::texts;
use bilten_core::catalog::Line;
use bilten_tenancy::lifecycle;
use serde::Deserialize;

use super::{PathTenant, refused, url};
use crate::http::{
    AppState,
    extract::{CsrfForm, PlatformCtx},
    problem::Problem,
    shell::redirect_saying,
};

#[derive(Deserialize)]
pub(super) struct Form {
    reason: String,
}

pub(super) async fn suspend(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    PathTenant(id): PathTenant,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    state.directory.find(id).await?.ok_or_else(Problem::not_found)?;
    let reason: Line<1, 500> = form.reason.parse().map_err(|error| Problem::field("reason", error))?;
    lifecycle::suspend(&state.platform, &ctx, id, reason.as_str())
        .await
        .map_err(refused)?;
    state.directory.forget_all();
    Ok(redirect_saying(&url(id), texts::FLASH_TENANT_SUSPENDED))
}
