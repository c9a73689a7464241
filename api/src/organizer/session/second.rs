//! `GET` and `POST /manage/login/second`: the second step of a log-in; and asking for help when the factor is lost.

use axum::{
    extract::{FromRequestParts, State},
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use bilten_branding::{
    texts,
    views::{Text, console::SecondStepView},
};
use bilten_kernel::HostName;
use bilten_sso::{
    SessionToken,
    factors::{
        self,
        sms::{self, SendError},
    },
    login::{
        Admitted, Browser, LogInError, LoggedIn,
        second::{self, Second, SecondError, Step},
    },
};
use http::{StatusCode, request::Parts};
use serde::Deserialize;

use super::{LOGIN, LOST, SECOND, SMS, create::Refused, passkey};
use crate::{
    http::{
        AppState,
        auth::local_path,
        device::{self, AskingBrowser},
        extract::{AskedHost, Params, PlainForm, TenantCtx},
        problem::Problem,
        shell::{Shell, redirect, redirect_saying},
        step_cookie,
    },
    organizer::{
        factor::{key_of, sms_form},
        urls,
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct Query {
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    code: String,
    next: Option<String>,
}

/// Answers a first step: with the session, or with the way to the second one.
pub(super) fn lead_on(
    state: &AppState,
    ctx: &TenantCtx,
    (browser, admitted): (Browser, Admitted),
    next: Option<&str>,
) -> Response {
    match admitted {
        Admitted::In(logged_in) => {
            let cookies = device::cookies(state, ctx, browser, &logged_in);
            (cookies, redirect(next.unwrap_or("/manage"))).into_response()
        }
        Admitted::HalfWay(token) => {
            let query = next.map(|next| {
                url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("next", next)
                    .finish()
            });
            let to = query.map_or_else(|| SECOND.to_owned(), |query| format!("{SECOND}?{query}"));
            let cookie = Cookie::build((step_cookie(&state.config.http), token.expose().clone()))
                .path("/")
                .http_only(true)
                .secure(!state.config.http.is_plain())
                .same_site(SameSite::Lax)
                .build();
            (CookieJar::new().add(cookie), redirect(&to)).into_response()
        }
    }
}

pub(super) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    half: HalfWay,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let next = query.next.filter(|next| local_path(next, "/manage"));
    shell.html(&load(&state, &ctx, &half, (next, None)).await?)
}

pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    half: HalfWay,
    AskingBrowser(browser): AskingBrowser,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next, "/manage"));
    let cmd = Second {
        token: half.token.clone(),
        code: form.code,
        browser,
    };
    let key = key_of(&state, ctx.ctx.tenant);
    match second::finish(&state.db, &key, &ctx, &cmd).await {
        Ok(logged_in) => Ok(lead_in(&state, &ctx, (cmd.browser, &logged_in), next.as_deref())),
        Err(SecondError::Gone) => Ok(redirect_saying(LOGIN, texts::FLASH_STEP_GONE)),
        Err(SecondError::Db(error) | SecondError::Refused(LogInError::Db(error))) => Err(error.into()),
        Err(SecondError::Unproved(_) | SecondError::Refused(LogInError::Wrong | LogInError::SsoRequired)) => {
            let error = Some(Text::new(texts::CODE_WRONG));
            let view = load(&state, &ctx, &half, (next, error)).await?;
            shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(SecondError::Refused(locked @ LogInError::Locked { .. })) => {
            let refused = Refused::of(&locked, ctx.now());
            let error = Some(refused.text.clone());
            let view = load(&state, &ctx, &half, (next, error)).await?;
            Ok(refused.mark(shell.html_with(refused.status, &view)?))
        }
    }
}

/// `POST /manage/login/second/sms`: a code goes to the telephone of whoever has done the first step.
pub(super) async fn send(
    State(state): State<AppState>,
    ctx: TenantCtx,
    half: HalfWay,
    PlainForm(form): PlainForm<Query>,
) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next, "/manage"));
    let to = match &next {
        Some(next) => urls::with_query(SECOND, &[("next", next)]),
        None => SECOND.to_owned(),
    };
    let ask = sms::Ask {
        purpose: sms::Purpose::Second,
        host: half.host,
    };
    let key = key_of(&state, ctx.ctx.tenant);
    let mut tx = state.db.begin(&ctx).await?;
    let sent = sms::send(&mut tx, &ctx, &key, (half.step.account, &ask)).await;
    let told = sent_text(sent)?;
    tx.commit().await?;
    Ok(redirect_saying(&to, told))
}

/// What is said after a code was asked for.
pub(crate) fn sent_text(sent: Result<(), SendError>) -> Result<&'static str, Problem> {
    match sent {
        Ok(()) => Ok(texts::FLASH_SMS_SENT),
        Err(SendError::TooMany { .. }) => Ok(texts::FLASH_SMS_TOO_MANY),
        Err(SendError::Impossible) => Err(Problem::not_found()),
        Err(SendError::Db(error)) => Err(error.into()),
    }
}

/// `POST /manage/login/second/lost`: the first step is done, the factor is gone, the owners are asked.
pub(super) async fn lost(State(state): State<AppState>, ctx: TenantCtx, half: HalfWay) -> Result<Response, Problem> {
    let mut tx = state.db.begin(&ctx).await?;
    factors::ask(&mut tx, &ctx, half.step.account).await?;
    tx.commit().await?;
    Ok(redirect_saying(SECOND, texts::FLASH_RECOVERY_ASKED))
}

/// Answers a second step that is done: the session begins, the step is over.
pub(super) fn lead_in(
    state: &AppState,
    ctx: &TenantCtx,
    (browser, logged_in): (Browser, &LoggedIn),
    next: Option<&str>,
) -> Response {
    let mut gone = Cookie::from(step_cookie(&state.config.http));
    gone.set_path("/");
    gone.make_removal();
    let cookies = device::cookies(state, ctx, browser, logged_in).add(gone);
    (cookies, redirect(next.unwrap_or("/manage"))).into_response()
}

/// Whoever has done the first step; others are sent to it.
pub(super) struct HalfWay {
    /// What is known of him.
    pub(super) step: Step,
    /// Secret of the step.
    pub(super) token: SessionToken,
    /// The host that was asked.
    pub(super) host: HostName,
}

impl FromRequestParts<AppState> for HalfWay {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        match Self::find(parts, state).await {
            Ok(Some(half)) => Ok(half),
            Ok(None) => Err(redirect_saying(LOGIN, texts::FLASH_STEP_GONE)),
            Err(problem) => Err(problem.into_response()),
        }
    }
}

impl HalfWay {
    async fn find(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, Problem> {
        let ctx = TenantCtx::from_request_parts(parts, state).await?;
        let AskedHost(host) = AskedHost::from_request_parts(parts, state).await?;
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(step_cookie(&state.config.http));
        let Some(token) = cookie.and_then(|cookie| SessionToken::parse(cookie.value())) else {
            return Ok(None);
        };
        let mut tx = state.db.begin(&ctx).await?;
        let step = second::find_step(&mut tx, &ctx, &token).await?;
        tx.commit().await?;
        Ok(step.map(|step| Self { step, token, host }))
    }
}

/// Fills the page of the step.
pub(super) async fn load(
    state: &AppState,
    ctx: &TenantCtx,
    half: &HalfWay,
    (next, error): (Option<String>, Option<Text>),
) -> Result<SecondStepView, Problem> {
    let mut tx = state.db.begin(ctx).await?;
    let passkey = passkey::second_form(&mut tx, half.step.account, &half.host).await?;
    let sms = sms_form(state, &mut tx, (half.step.account, SMS)).await?;
    tx.commit().await?;
    Ok(SecondStepView {
        action: SECOND.to_owned(),
        email: half.step.email.clone(),
        next,
        error,
        passkey,
        sms,
        lost_action: LOST.to_owned(),
        login_url: LOGIN.to_owned(),
    })
}
