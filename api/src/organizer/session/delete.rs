//! `POST /manage/logout`.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_branding::texts;
use bilten_sso::sessions;
use serde::Deserialize;

use crate::http::{
    AppState,
    auth::no_session_cookie,
    extract::{CsrfForm, StaffSession, TenantCtx},
    problem::Problem,
    shell::redirect_saying,
};

#[derive(Deserialize)]
pub(super) struct Form {}

pub(super) async fn delete(
    State(state): State<AppState>,
    ctx: TenantCtx,
    session: StaffSession,
    CsrfForm(Form {}): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    sessions::end(&mut tx, &session.token).await?;
    tx.commit().await?;
    let gone = CookieJar::new().add(no_session_cookie(&state.config.http));
    Ok((gone, redirect_saying("/manage/login", texts::FLASH_LOGGED_OUT)).into_response())
}
