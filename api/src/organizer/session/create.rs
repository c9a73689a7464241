//! `POST /manage/login`.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_branding::{texts, views::Text};
use bilten_kernel::{Secret, Timestamp};
use bilten_sso::login::{self, Attempt, LogInError};
use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;

use super::view;
use crate::http::{
    AppState,
    auth::{local_path, session_cookie, session_token},
    extract::{ClientIp, PlainForm, TenantCtx},
    problem::Problem,
    shell::{Shell, redirect},
};

#[derive(Deserialize)]
pub(super) struct Form {
    email: String,
    password: String,
    next: Option<String>,
}

pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    ClientIp(network): ClientIp,
    headers: HeaderMap,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let attempt = Attempt {
        email: form.email,
        password: Secret::new(form.password),
        network,
        former: session_token(&state.config.http, &headers),
    };
    let next = form.next.filter(|next| local_path(next, "/manage"));
    match login::log_in(&state.db, &state.passwords, &ctx, &attempt).await {
        Ok(session) => {
            let cookie = session_cookie(&state.config.http, &session.token);
            let to = next.as_deref().unwrap_or("/manage");
            Ok((CookieJar::new().add(cookie), redirect(to)).into_response())
        }
        Err(LogInError::Db(error)) => Err(error.into()),
        Err(refusal) => {
            let refused = Refused::of(&refusal, ctx.now());
            let mut view = view(&state, &ctx, (&attempt.email, next)).await?;
            view.error = Some(refused.text.clone());
            Ok(refused.mark(shell.html_with(refused.status, &view)?))
        }
    }
}

/// How a refused log-in is answered; shared with the operators' log-in.
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) text: Text,
    retry_after_s: Option<i64>,
}

impl Refused {
    pub(crate) fn of(refusal: &LogInError, now: Timestamp) -> Self {
        match refusal {
            LogInError::Locked { until } => {
                let wait_s = until.duration_since(now).as_secs().max(1);
                Self {
                    status: StatusCode::TOO_MANY_REQUESTS,
                    text: Text::new(texts::LOGIN_THROTTLED).with("minutes", wait_s.saturating_add(59) / 60),
                    retry_after_s: Some(wait_s),
                }
            }
            LogInError::SsoRequired => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                text: Text::new(texts::SSO_REQUIRED),
                retry_after_s: None,
            },
            LogInError::Wrong | LogInError::Db(_) => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                text: Text::new(texts::LOGIN_FAILED),
                retry_after_s: None,
            },
        }
    }

    pub(crate) fn mark(&self, mut response: Response) -> Response {
        if let Some(wait_s) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, wait_s.into());
        }
        response
    }
}
