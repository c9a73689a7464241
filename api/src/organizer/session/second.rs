//! `GET` and `POST /manage/login/second`: the second step of a log-in; and asking for help when the factor is lost.

use axum::{
    extract::State,
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
use bilten_sso::{
    SessionToken, factors,
    login::{
        Admitted, Browser, LogInError,
        second::{self, Second, SecondError, Step},
    },
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{LOGIN, LOST, SECOND, create::Refused};
use crate::{
    http::{
        AppState,
        auth::local_path,
        device::{self, AskingBrowser},
        extract::{Params, PlainForm, TenantCtx},
        problem::Problem,
        shell::{Shell, redirect, redirect_saying},
        step_cookie,
    },
    organizer::factor::key_of,
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
    headers: HeaderMap,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let next = query.next.filter(|next| local_path(next, "/manage"));
    match find(&state, &ctx, &headers).await? {
        Some((step, _)) => shell.html(&view(&step, next, None)),
        None => Ok(redirect_saying(LOGIN, texts::FLASH_STEP_GONE)),
    }
}

pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    headers: HeaderMap,
    AskingBrowser(browser): AskingBrowser,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next, "/manage"));
    let Some((step, token)) = find(&state, &ctx, &headers).await? else {
        return Ok(redirect_saying(LOGIN, texts::FLASH_STEP_GONE));
    };
    let cmd = Second {
        token,
        code: form.code,
        browser,
    };
    let key = key_of(&state, ctx.ctx.tenant);
    match second::finish(&state.db, &key, &ctx, &cmd).await {
        Ok(logged_in) => {
            let mut gone = Cookie::from(step_cookie(&state.config.http));
            gone.set_path("/");
            gone.make_removal();
            let cookies = device::cookies(&state, &ctx, cmd.browser, &logged_in).add(gone);
            Ok((cookies, redirect(next.as_deref().unwrap_or("/manage"))).into_response())
        }
        Err(SecondError::Gone) => Ok(redirect_saying(LOGIN, texts::FLASH_STEP_GONE)),
        Err(SecondError::Db(error) | SecondError::Refused(LogInError::Db(error))) => Err(error.into()),
        Err(SecondError::Refused(LogInError::Wrong | LogInError::SsoRequired)) => {
            let view = view(&step, next, Some(Text::new(texts::CODE_WRONG)));
            shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(SecondError::Refused(locked @ LogInError::Locked { .. })) => {
            let refused = Refused::of(&locked, ctx.now());
            let view = view(&step, next, Some(refused.text.clone()));
            Ok(refused.mark(shell.html_with(refused.status, &view)?))
        }
    }
}

/// `POST /manage/login/second/lost`: the first step is done, the factor is gone, the owners are asked.
pub(super) async fn lost(
    State(state): State<AppState>,
    ctx: TenantCtx,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some((step, _)) = find(&state, &ctx, &headers).await? else {
        return Ok(redirect_saying(LOGIN, texts::FLASH_STEP_GONE));
    };
    let mut tx = state.db.begin(&ctx).await?;
    factors::ask(&mut tx, &ctx, step.account).await?;
    tx.commit().await?;
    Ok(redirect_saying(SECOND, texts::FLASH_RECOVERY_ASKED))
}

async fn find(state: &AppState, ctx: &TenantCtx, headers: &HeaderMap) -> Result<Option<(Step, SessionToken)>, Problem> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(step_cookie(&state.config.http));
    let Some(token) = cookie.and_then(|cookie| SessionToken::parse(cookie.value())) else {
        return Ok(None);
    };
    let mut tx = state.db.begin(ctx).await?;
    let step = second::find_step(&mut tx, ctx, &token).await?;
    tx.commit().await?;
    Ok(step.map(|step| (step, token)))
}

fn view(step: &Step, next: Option<String>, error: Option<Text>) -> SecondStepView {
    SecondStepView {
        action: SECOND.to_owned(),
        email: step.email.clone(),
        next,
        error,
        lost_action: LOST.to_owned(),
        login_url: LOGIN.to_owned(),
    }
}
