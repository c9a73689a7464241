//! `GET /manage/login`.

use axum::{extract::State, response::Response};
use serde::Deserialize;

use super::view;
use crate::http::{
    AppState,
    auth::local_path,
    extract::{Params, TenantCtx},
    problem::Problem,
    shell::Shell,
};

#[derive(Deserialize)]
pub(super) struct Query {
    next: Option<String>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let next = query.next.filter(|next| local_path(next, "/manage"));
    shell.html(&view(&state, &ctx, ("", next)).await?)
}
