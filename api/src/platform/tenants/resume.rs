//! `POST /tenants/{id}/resumption`.

use axum::{extract::State, response::Response};
use bilten_branding::texts;
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
pub(super) struct Form {}

pub(super) async fn resume(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    PathTenant(id): PathTenant,
    CsrfForm(Form {}): CsrfForm<Form>,
) -> Result<Response, Problem> {
    state.directory.find(id).await?.ok_or_else(Problem::not_found)?;
    lifecycle::resume(&state.platform, &ctx, id).await.map_err(refused)?;
    state.directory.forget_all();
    Ok(redirect_saying(&url(id), texts::FLASH_TENANT_RESUMED))
}
