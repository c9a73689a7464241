//! `GET` and `POST /manage/login/password`: somebody comes with a link to a new password.

use axum::{extract::State, response::Response};
use bilten_branding::{
    texts,
    views::{FieldErrors, Text, console::NewPasswordView},
};
use bilten_sso::{
    links::{self, LinkId, Linked, Purpose, Reset, ResetError},
    passwords::NewPassword,
};
use http::StatusCode;
use serde::Deserialize;

use super::{HELP, LOGIN, PASSWORD, read_token};
use crate::{
    http::{
        AppState,
        extract::{AskedHost, Params, PlainForm, TenantCtx},
        problem::Problem,
        shell::{Shell, redirect_saying},
    },
    organizer::account::password_refusal,
};

#[derive(Debug, Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
}

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

pub(super) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    AskedHost(host): AskedHost,
    Params(Token { token }): Params<Token>,
) -> Result<Response, Problem> {
    let link = read_token(&state, ctx.ctx.tenant, &token);
    match find(&state, &ctx, link, host.as_str()).await? {
        Some(linked) => shell.html(&view(token, Some(linked.email), FieldErrors::none())),
        None => gone(&shell),
    }
}

pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    AskedHost(host): AskedHost,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let link = read_token(&state, ctx.ctx.tenant, &form.token);
    let found = find(&state, &ctx, link, host.as_str()).await?;
    let (Some(link), Some(linked)) = (link, found) else {
        return gone(&shell);
    };
    let refuse = |text: Text| {
        let errors = FieldErrors::none().with("password", text);
        let view = view(form.token.clone(), Some(linked.email.clone()), errors);
        shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
    };
    let Ok(password) = form.password.parse::<NewPassword>() else {
        return refuse(password_refusal(&form.password));
    };
    let cmd = Reset {
        link,
        host: host.to_string(),
        password,
    };
    match links::reset(&state.db, &state.passwords, &ctx, &cmd).await {
        Ok(()) => Ok(redirect_saying(LOGIN, texts::FLASH_PASSWORD_SET)),
        Err(ResetError::Guessable) => refuse(Text::new(texts::FIELD_PASSWORD_GUESSABLE)),
        Err(ResetError::Gone) => gone(&shell),
        Err(ResetError::Db(error)) => Err(error.into()),
    }
}

async fn find(state: &AppState, ctx: &TenantCtx, link: Option<LinkId>, host: &str) -> Result<Option<Linked>, Problem> {
    let Some(link) = link else { return Ok(None) };
    let mut tx = state.db.begin(ctx).await?;
    let linked = links::peek(&mut tx, ctx, (link, Purpose::Reset), host).await?;
    tx.commit().await?;
    Ok(linked)
}

fn gone(shell: &Shell) -> Result<Response, Problem> {
    let view = view(String::new(), None, FieldErrors::none());
    shell.html_with(StatusCode::GONE, &view)
}

fn view(token: String, email: Option<String>, errors: FieldErrors) -> NewPasswordView {
    NewPasswordView {
        action: PASSWORD.to_owned(),
        token,
        email,
        errors,
        help_url: HELP.to_owned(),
    }
}
