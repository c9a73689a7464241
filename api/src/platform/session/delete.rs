//! `POST /logout` on the platform's host.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_branding::texts;
use bilten_sso::operators;
use serde::Deserialize;

use crate::{
    http::{
        AppState,
        auth::no_session_cookie,
        extract::{CsrfForm, OperatorSession, PlatformCtx},
        problem::Problem,
        shell::redirect_saying,
    },
    platform::tenants::visits,
};

#[derive(Deserialize)]
pub(super) struct Form {}

pub(super) async fn delete(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    session: OperatorSession,
    CsrfForm(Form {}): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let mut tx = state.platform.begin().await?;
    operators::log_out(&mut tx, &session.token).await?;
    tx.commit().await?;
    visits::end_with_session(&state, &ctx, &session).await?;
    let gone = CookieJar::new().add(no_session_cookie(&state.config.http));
    Ok((gone, redirect_saying("/login", texts::FLASH_LOGGED_OUT)).into_response())
}
