//! `POST /login` on the platform's host.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_kernel::Secret;
use bilten_sso::{
    login::{Attempt, Browser, LogInError},
    operators,
};
use http::HeaderMap;
use serde::Deserialize;

use super::view;
use crate::{
    http::{
        AppState,
        auth::{session_cookie, session_token},
        extract::{ClientIp, PlainForm, PlatformCtx},
        problem::Problem,
        shell::{Shell, redirect},
    },
    organizer::Refused,
};

#[derive(Deserialize)]
pub(super) struct Form {
    email: String,
    password: String,
}

pub(super) async fn create(
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    shell: Shell,
    ClientIp(network): ClientIp,
    headers: HeaderMap,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let attempt = Attempt {
        email: form.email,
        password: Secret::new(form.password),
        network,
        browser: Browser {
            former: session_token(&state.config.http, &headers),
            ..Browser::default()
        },
    };
    match operators::log_in(&state.platform, &state.passwords, &ctx, &attempt).await {
        Ok(session) => {
            let cookie = session_cookie(&state.config.http, &session.token);
            Ok((CookieJar::new().add(cookie), redirect("/")).into_response())
        }
        Err(LogInError::Db(error)) => Err(error.into()),
        Err(refusal) => {
            let refused = Refused::of(&refusal, ctx.now());
            let mut view = view(&attempt.email);
            view.error = Some(refused.text.clone());
            Ok(refused.mark(shell.html_with(refused.status, &view)?))
        }
    }
}
