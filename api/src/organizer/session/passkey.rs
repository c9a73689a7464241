//! `POST /manage/login/passkey` and `POST /manage/login/second/passkey`, each with its `options`: a passkey logs in, or is the
//! second step.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use bilten_branding::{
    texts,
    views::{Text, console::PasskeyForm},
};
use bilten_kernel::HostName;
use bilten_sso::{
    factors::{
        Proving,
        passkeys::{self, Answer},
    },
    login::{
        self, PasskeyEntry, PasskeyLogInError,
        second::{self, SecondByPasskey, SecondError},
    },
};
use bilten_tenancy::TenantTx;
use http::StatusCode;
use serde::Deserialize;

use super::{
    LOGIN, PASSKEY, PASSKEY_OPTIONS, SECOND_PASSKEY, SECOND_PASSKEY_OPTIONS,
    second::{HalfWay, lead_in, load},
    view,
};
use crate::{
    http::{
        AppState,
        auth::local_path,
        device::{self, AskingBrowser},
        extract::{AskedHost, PlainForm, TenantCtx},
        problem::Problem,
        shell::{Shell, redirect, redirect_saying},
    },
    organizer::factor::{json, no_challenge, refusal_of, relying_party},
};

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    token: String,
    #[serde(default)]
    credential: String,
    next: Option<String>,
}

/// The form on the page of the log-in.
pub(super) fn form() -> PasskeyForm {
    PasskeyForm {
        action: PASSKEY.to_owned(),
        options_url: PASSKEY_OPTIONS.to_owned(),
    }
}

/// The form on the page of the second step, for who has a passkey at this host.
pub(super) async fn second_form(
    tx: &mut TenantTx,
    account: bilten_kernel::AccountId,
    host: &HostName,
) -> Result<Option<PasskeyForm>, Problem> {
    let mine = passkeys::list(tx, account).await?;
    let is_here = mine.iter().any(|key| key.host == host.as_str());
    Ok(is_here.then(|| PasskeyForm {
        action: SECOND_PASSKEY.to_owned(),
        options_url: SECOND_PASSKEY_OPTIONS.to_owned(),
    }))
}

/// Asks for any passkey of this host.
pub(super) async fn options(
    State(state): State<AppState>,
    ctx: TenantCtx,
    AskedHost(host): AskedHost,
) -> Result<Response, Problem> {
    let rp = relying_party(&state, &ctx, &host).await?;
    let mut tx = state.db.begin(&ctx).await?;
    let challenge = passkeys::for_log_in(&mut tx, &ctx, &rp).await.map_err(no_challenge)?;
    tx.commit().await?;
    Ok(json(&challenge))
}

pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    AskedHost(host): AskedHost,
    AskingBrowser(browser): AskingBrowser,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next, "/manage"));
    let rp = relying_party(&state, &ctx, &host).await?;
    let entry = PasskeyEntry {
        answer: Answer {
            token: form.token,
            credential: form.credential,
        },
        browser,
    };
    let refusal = match login::enter_with_passkey(&state.db, &rp, &ctx, &entry).await {
        Ok(logged_in) => {
            let cookies = device::cookies(&state, &ctx, entry.browser, &logged_in);
            return Ok((cookies, redirect(next.as_deref().unwrap_or("/manage"))).into_response());
        }
        Err(PasskeyLogInError::Db(error)) => return Err(error.into()),
        Err(PasskeyLogInError::SsoRequired) => texts::SSO_REQUIRED,
        Err(PasskeyLogInError::Unproved(unproved)) => refusal_of(unproved),
    };
    let mut view = view(&state, &ctx, ("", next)).await?;
    view.error = Some(Text::new(refusal));
    shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// Asks for a passkey of whoever has done the first step.
pub(super) async fn second_options(
    State(state): State<AppState>,
    ctx: TenantCtx,
    half: HalfWay,
) -> Result<Response, Problem> {
    let rp = relying_party(&state, &ctx, &half.host).await?;
    let mut tx = state.db.begin(&ctx).await?;
    let whose = (half.step.account, Proving::Second);
    let challenge = passkeys::for_proof(&mut tx, &ctx, &rp, whose).await;
    let challenge = challenge.map_err(no_challenge)?;
    tx.commit().await?;
    Ok(json(&challenge))
}

pub(super) async fn second_create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    half: HalfWay,
    AskingBrowser(browser): AskingBrowser,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next, "/manage"));
    let rp = relying_party(&state, &ctx, &half.host).await?;
    let answer = Answer {
        token: form.token,
        credential: form.credential,
    };
    let cmd = SecondByPasskey {
        token: half.token.clone(),
        answer,
        browser,
    };
    match second::finish_with_passkey(&state.db, &rp, &ctx, &cmd).await {
        Ok(logged_in) => Ok(lead_in(&state, &ctx, (cmd.browser, &logged_in), next.as_deref())),
        Err(SecondError::Gone) => Ok(redirect_saying(LOGIN, texts::FLASH_STEP_GONE)),
        Err(SecondError::Db(error)) => Err(error.into()),
        Err(SecondError::Refused(_)) => Err(Problem::not_found()),
        Err(SecondError::Unproved(unproved)) => {
            let error = Some(Text::new(refusal_of(unproved)));
            let view = load(&state, &ctx, &half, (next, error)).await?;
            shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
    }
}
