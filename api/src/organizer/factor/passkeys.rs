//! `POST /manage/account/passkeys`, its `options` and its `removal`: one's own passkeys.

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::PasskeyForm},
};
use bilten_kernel::{Ctx, HostName};
use bilten_sso::factors::passkeys::{
    self, Answer, Challenge, ChallengeError, NewPasskey, RegisterError, RelyingParty, Unproved,
};
use serde::Deserialize;

use super::{PASSKEY_OPTIONS, PASSKEYS, codes, key_of, show};
use crate::{
    http::{
        AppState, FACTOR,
        extract::{AskedHost, CsrfForm},
        problem::Problem,
        shell::redirect_saying,
    },
    organizer::{Nothing, console::Console},
};

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    token: String,
    #[serde(default)]
    credential: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Removal {
    passkey: String,
}

/// Where a passkey is added.
pub(super) fn form() -> PasskeyForm {
    PasskeyForm {
        action: PASSKEYS.to_owned(),
        options_url: PASSKEY_OPTIONS.to_owned(),
    }
}

/// Asks the browser for a new passkey.
pub(super) async fn options(
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let rp = relying_party(&console.state, &console, &host).await?;
    let session = &console.session;
    let mut tx = console.begin().await?;
    let whose = (session.account, session.email.as_str(), session.name.as_str());
    let challenge = passkeys::for_registration(&mut tx, &console, &rp, whose).await;
    let challenge = challenge.map_err(no_challenge)?;
    tx.commit().await?;
    Ok(json(&challenge))
}

/// Keeps the passkey that the device has made. The first factor of all comes with recovery codes.
pub(super) async fn create(
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let rp = relying_party(&console.state, &console, &host).await?;
    let key = key_of(&console.state, console.tenant.ctx.tenant);
    let answer = Answer {
        token: form.token,
        credential: form.credential,
    };
    let new = NewPasskey {
        account: console.session.account,
        name: &form.name,
        answer: &answer,
        asking: &console.session.token,
    };
    let mut tx = console.begin().await?;
    let refusal = match passkeys::register(&mut tx, &console, (&rp, &key), &new).await {
        Ok(made) => {
            tx.commit().await?;
            if made.is_empty() {
                return Ok(redirect_saying(FACTOR, texts::FLASH_PASSKEY_ADDED));
            }
            return codes::show(console, &made);
        }
        Err(RegisterError::Db(error)) => return Err(error.into()),
        Err(RegisterError::Known) => texts::PASSKEY_KNOWN,
        Err(RegisterError::Unproved(unproved)) => refusal_of(unproved),
    };
    let errors = FieldErrors::none().with("passkey", Text::new(refusal));
    let view = show::load(&console, &mut tx, (&host, errors)).await?;
    tx.commit().await?;
    console.html_refused(Section::Account, &view)
}

/// Goes without a passkey again.
pub(super) async fn remove(console: Console, CsrfForm(form): CsrfForm<Removal>) -> Result<Response, Problem> {
    let id = form.passkey.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    let is_gone = passkeys::remove(&mut tx, &console, console.session.account, id).await?;
    tx.commit().await?;
    if !is_gone {
        return Err(Problem::not_found());
    }
    Ok(redirect_saying(FACTOR, texts::FLASH_PASSKEY_REMOVED))
}

/// The host that was asked, as the place at which passkeys are good.
pub(crate) async fn relying_party(state: &AppState, ctx: &Ctx, host: &HostName) -> Result<RelyingParty, Problem> {
    let settings = state.settings.get(ctx).await?;
    let origin = state.config.http.origin(host);
    RelyingParty::new(&origin, &settings.name).ok_or_else(Problem::not_found)
}

/// Answers with a challenge; the next one is another.
pub(crate) fn json(challenge: &Challenge) -> Response {
    Json(challenge).into_response()
}

/// There is nothing to sign: the page offers no passkey, or has one too many.
pub(crate) fn no_challenge(error: ChallengeError) -> Problem {
    match error {
        ChallengeError::Impossible => Problem::not_found(),
        ChallengeError::Db(error) => error.into(),
    }
}

/// Says why a passkey was not taken, and nothing that helps a stranger.
pub(crate) const fn refusal_of(unproved: Unproved) -> &'static str {
    match unproved {
        Unproved::Gone => texts::PASSKEY_GONE,
        Unproved::Unreadable | Unproved::Unknown | Unproved::Refused | Unproved::Copied => texts::PASSKEY_REFUSED,
    }
}
