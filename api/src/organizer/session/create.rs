//! `POST /manage/login`.

use axum::{extract::State, response::Response};
use bilten_branding::{texts, views::Text};
use bilten_kernel::{Secret, Timestamp};
use bilten_sso::login::{self, Attempt, LogInError};
use http::{StatusCode, header::RETRY_AFTER};
use serde::Deserialize;

use super::{second::lead_on, view};
use crate::http::{
    AppState,
    auth::local_path,
    device::AskingBrowser,
    extract::{ClientIp, PlainForm, TenantCtx},
    problem::Problem,
    shell::Shell,
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
    AskingBrowser(browser): AskingBrowser,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let attempt = Attempt {
        email: form.email,
        password: Secret::new(form.password),
        network,
        browser,
    };
    let next = form.next.filter(|next| local_path(next, "/manage"));
    match login::log_in(&state.db, &state.passwords, &ctx, &attempt).await {
        Ok(admitted) => Ok(lead_on(&state, &ctx, (attempt.browser, admitted), next.as_deref())),
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
            LogInError::Locked { until } => Self::until(*until, now),
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

    /// What is tried too often may be tried again later.
    pub(crate) fn until(until: Timestamp, now: Timestamp) -> Self {
        let wait_s = until.duration_since(now).as_secs().max(1);
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            text: Text::new(texts::LOGIN_THROTTLED).with("minutes", wait_s.saturating_add(59) / 60),
            retry_after_s: Some(wait_s),
        }
    }

    pub(crate) fn mark(&self, mut response: Response) -> Response {
        if let Some(wait_s) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, wait_s.into());
        }
        response
    }
}
