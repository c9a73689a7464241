//! `GET` and `POST /manage/confirmation`: the person proves that it is still he, and goes back to what he was about.

use std::net::IpAddr;

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{ConfirmView, PasskeyForm},
    },
};
use bilten_kernel::{HostName, Secret};
use bilten_sso::{
    factors::{
        self, CodeProof, Proving,
        passkeys::{self, Answer, PasskeyError},
        sms,
    },
    login::{self, Browser, Device, LogInError, Proof},
    sessions,
};
use serde::Deserialize;

use super::{CONFIRMATION_OPTIONS, CONFIRMATION_PASSKEY, CONFIRMATION_SMS};
use crate::{
    http::{
        AppState, CONFIRMATION,
        auth::{local_path, session_cookie},
        device::AskingBrowser,
        extract::{AskedHost, ClientIp, CsrfForm, Params},
        problem::Problem,
        shell::{redirect, redirect_saying},
    },
    organizer::{
        Nothing, Refused,
        console::Console,
        factor::{json, key_of, no_challenge, refusal_of, relying_party, sms_form},
        session::sent_text,
        urls,
    },
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

pub(super) async fn show(
    console: Console,
    AskedHost(host): AskedHost,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let view = view(&console, &host, (next(query.next), None)).await?;
    console.html(Section::Account, &view)
}

pub(super) async fn create(
    State(state): State<AppState>,
    console: Console,
    AskedHost(host): AskedHost,
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
            let view = view(&console, &host, (next, Some(Text::new(wrong)))).await?;
            return console.html_refused(Section::Account, &view);
        }
        Err(locked @ LogInError::Locked { .. }) => {
            let refused = Refused::of(&locked, console.now());
            let view = view(&console, &host, (next, Some(refused.text.clone()))).await?;
            return Ok(refused.mark(console.html_with(refused.status, Section::Account, &view)?));
        }
    }
    renew(&state, &console, &next).await
}

#[derive(Debug, Deserialize)]
pub(super) struct PasskeyAnswer {
    #[serde(default)]
    token: String,
    #[serde(default)]
    credential: String,
    next: Option<String>,
}

/// Asks for a passkey of the person.
pub(super) async fn options(
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let rp = relying_party(&console.state, &console, &host).await?;
    let mut tx = console.begin().await?;
    let whose = (console.session.account, Proving::Confirm);
    let challenge = passkeys::for_proof(&mut tx, &console, &rp, whose).await;
    let challenge = challenge.map_err(no_challenge)?;
    tx.commit().await?;
    Ok(json(&challenge))
}

/// Has a code sent to the person's telephone.
pub(super) async fn send(
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(form): CsrfForm<Query>,
) -> Result<Response, Problem> {
    let next = next(form.next);
    let ask = sms::Ask {
        purpose: sms::Purpose::Confirm,
        host,
    };
    let key = key_of(&console.state, console.tenant.ctx.tenant);
    let mut tx = console.begin().await?;
    let sent = sms::send(&mut tx, &console, &key, (console.session.account, &ask)).await;
    let told = sent_text(sent)?;
    tx.commit().await?;
    Ok(redirect_saying(
        &urls::with_query(CONFIRMATION, &[("next", &next)]),
        told,
    ))
}

/// The same proof with a passkey.
pub(super) async fn create_with_passkey(
    State(state): State<AppState>,
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(form): CsrfForm<PasskeyAnswer>,
) -> Result<Response, Problem> {
    let next = next(form.next);
    let rp = relying_party(&state, &console, &host).await?;
    let answer = Answer {
        token: form.token,
        credential: form.credential,
    };
    let mut tx = console.begin().await?;
    let checked = passkeys::confirm(&mut tx, &console, &rp, console.session.account, &answer).await;
    tx.commit().await?;
    match checked {
        Ok(()) => renew(&state, &console, &next).await,
        Err(PasskeyError::Db(error)) => Err(error.into()),
        Err(PasskeyError::Unproved(unproved)) => {
            let error = Some(Text::new(refusal_of(unproved)));
            let view = view(&console, &host, (next, error)).await?;
            console.html_refused(Section::Account, &view)
        }
    }
}

/// Changes the session's token, and leads back.
async fn renew(state: &AppState, console: &Console, next: &str) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let renewed = sessions::renew(&mut tx, console, &console.session.token).await?;
    tx.commit().await?;
    // Gone in the meantime: whoever ended it meant it.
    let Some(renewed) = renewed else {
        return Ok(redirect(urls::HOME));
    };
    let cookie = session_cookie(&state.config.http, &renewed.token);
    Ok((
        CookieJar::new().add(cookie),
        redirect_saying(next, texts::FLASH_CONFIRMED),
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

async fn view(
    console: &Console,
    host: &HostName,
    (next, error): (String, Option<Text>),
) -> Result<ConfirmView, Problem> {
    let mut tx = console.begin().await?;
    let account = console.session.account;
    let mine = passkeys::list(&mut tx, account).await?;
    let sms = sms_form(&console.state, &mut tx, (account, CONFIRMATION_SMS)).await?;
    tx.commit().await?;
    let is_here = mine.iter().any(|key| key.host == host.as_str());
    Ok(ConfirmView {
        action: CONFIRMATION.to_owned(),
        email: console.session.email.clone(),
        next,
        asks_code: console.session.has_factor,
        passkey: is_here.then(|| PasskeyForm {
            action: CONFIRMATION_PASSKEY.to_owned(),
            options_url: CONFIRMATION_OPTIONS.to_owned(),
        }),
        sms,
        error,
    })
}
