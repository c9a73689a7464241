//! `GET` and `POST /manage/confirmation`: the person proves that it is still he, and goes back to what he was about.

use std::net::IpAddr;

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_branding::{
    texts,
    views::{Section, Text, console::ConfirmView},
};
use bilten_kernel::Secret;
use bilten_sso::{
    factors::{self, CodeProof},
    login::{self, Browser, Device, LogInError, Proof},
    sessions,
};
use serde::Deserialize;

use crate::{
    http::{
        AppState, CONFIRMATION,
        auth::{local_path, session_cookie},
        device::AskingBrowser,
        extract::{ClientIp, CsrfForm, Params},
        problem::Problem,
        shell::{redirect, redirect_saying},
    },
    organizer::{Refused, console::Console, factor::key_of, urls},
};

#[derive(Debug, Deserialize)]
pub(super) struct Query {
    next: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    next: Option<String>,
}

pub(super) async fn show(console: Console, Params(query): Params<Query>) -> Result<Response, Problem> {
    let view = view(&console, next(query.next), None);
    console.html(Section::Account, &view)
}

pub(super) async fn create(
    State(state): State<AppState>,
    console: Console,
    ClientIp(network): ClientIp,
    AskingBrowser(Browser { device, .. }): AskingBrowser,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let next = next(form.next);
    let proof = Given {
        password: form.password,
        code: form.code,
        network,
        device,
    };
    match check(&state, &console, proof).await {
        Ok(()) => {}
        Err(LogInError::Db(error)) => return Err(error.into()),
        Err(LogInError::Wrong | LogInError::SsoRequired) => {
            let wrong = if console.session.has_factor {
                texts::CODE_WRONG
            } else {
                texts::CONFIRM_WRONG
            };
            let view = view(&console, next, Some(Text::new(wrong)));
            return console.html_refused(Section::Account, &view);
        }
        Err(locked @ LogInError::Locked { .. }) => {
            let refused = Refused::of(&locked, console.now());
            let view = view(&console, next, Some(refused.text.clone()));
            return Ok(refused.mark(console.html_with(refused.status, Section::Account, &view)?));
        }
    }
    let mut tx = console.begin().await?;
    let renewed = sessions::renew(&mut tx, &console, &console.session.token).await?;
    tx.commit().await?;
    // Gone in the meantime: whoever ended it meant it.
    let Some(renewed) = renewed else {
        return Ok(redirect(urls::HOME));
    };
    let cookie = session_cookie(&state.config.http, &renewed.token);
    Ok((
        CookieJar::new().add(cookie),
        redirect_saying(&next, texts::FLASH_CONFIRMED),
    )
        .into_response())
}

/// What somebody gives to prove himself.
struct Given {
    password: String,
    code: String,
    network: Option<IpAddr>,
    device: Option<Device>,
}

/// Who has a second factor proves himself with a code of it, others with their password.
async fn check(state: &AppState, console: &Console, given: Given) -> Result<(), LogInError> {
    let account = console.session.account;
    if console.session.has_factor {
        let proof = CodeProof {
            account,
            code: given.code,
            device: given.device,
        };
        let key = key_of(state, console.tenant.ctx.tenant);
        return factors::prove(&state.db, &key, console, &proof).await;
    }
    let proof = Proof {
        account,
        password: Secret::new(given.password),
        network: given.network,
    };
    login::prove(&state.db, &state.passwords, console, &proof)
        .await
        .map(drop)
}

fn next(asked: Option<String>) -> String {
    asked
        .filter(|next| local_path(next, urls::HOME) && !next.starts_with(CONFIRMATION))
        .unwrap_or_else(|| urls::HOME.to_owned())
}

fn view(console: &Console, next: String, error: Option<Text>) -> ConfirmView {
    ConfirmView {
        action: CONFIRMATION.to_owned(),
        email: console.session.email.clone(),
        next,
        asks_code: console.session.has_factor,
        error,
    }
}
