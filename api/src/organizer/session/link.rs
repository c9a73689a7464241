//! `GET` and `POST /manage/login/link`: somebody comes with a link to log in.
//!
//! Opening the page uses nothing up: programs that look at mails open links too.

use axum::{extract::State, response::Response};
use bilten_branding::{texts, views::console::LoginLinkView};
use bilten_sso::{
    links::{self, Purpose},
    login::{self, EnterError, Entry},
};
use http::StatusCode;
use serde::Deserialize;

use super::{HELP, LINK, LOGIN, read_token, second::lead_on};
use crate::http::{
    AppState,
    device::AskingBrowser,
    extract::{AskedHost, Params, PlainForm, TenantCtx},
    problem::Problem,
    shell::{Shell, redirect_saying},
};

#[derive(Debug, Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    AskedHost(host): AskedHost,
    Params(Token { token }): Params<Token>,
) -> Result<Response, Problem> {
    let Some(link) = read_token(&state, ctx.ctx.tenant, &token) else {
        return gone(&shell);
    };
    let mut tx = state.db.begin(&ctx).await?;
    let linked = links::peek(&mut tx, &ctx, (link, Purpose::LogIn), host.as_str()).await?;
    tx.commit().await?;
    match linked {
        Some(linked) => shell.html(&view(token, Some(linked.email))),
        None => gone(&shell),
    }
}

pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    AskedHost(host): AskedHost,
    AskingBrowser(browser): AskingBrowser,
    PlainForm(Token { token }): PlainForm<Token>,
) -> Result<Response, Problem> {
    let Some(link) = read_token(&state, ctx.ctx.tenant, &token) else {
        return gone(&shell);
    };
    let entry = Entry {
        link,
        host: host.to_string(),
        browser,
    };
    match login::enter(&state.db, &ctx, &entry).await {
        Ok(admitted) => Ok(lead_on(&state, &ctx, (entry.browser, admitted), None)),
        Err(EnterError::SsoRequired) => Ok(redirect_saying(LOGIN, texts::FLASH_SSO_REQUIRED)),
        Err(EnterError::Gone) => gone(&shell),
        Err(EnterError::Db(error)) => Err(error.into()),
    }
}

fn gone(shell: &Shell) -> Result<Response, Problem> {
    shell.html_with(StatusCode::GONE, &view(String::new(), None))
}

fn view(token: String, email: Option<String>) -> LoginLinkView {
    LoginLinkView {
        action: LINK.to_owned(),
        token,
        email,
        help_url: HELP.to_owned(),
    }
}
