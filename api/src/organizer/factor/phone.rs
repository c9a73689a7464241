//! `POST /manage/account/phone`, its `confirmation` and its `removal`: one's own telephone, where the tenant sends codes.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Moment, Section, Text,
        console::{PhonePanel, SmsForm},
    },
};
use bilten_kernel::{AccountId, HostName, PhoneNumber, Timestamp};
use bilten_sso::{
    factors::{
        self,
        sms::{self, NumberError},
    },
    login::LogInError,
};
use bilten_tenancy::TenantTx;
use serde::Deserialize;

use super::{PHONE, PHONE_CONFIRMATION, PHONE_REMOVAL, codes, key_of, show};
use crate::{
    http::{
        AppState, FACTOR,
        extract::{AskedHost, CsrfForm},
        problem::Problem,
        shell::redirect_saying,
    },
    organizer::{Nothing, Refused, console::Console},
};

#[derive(Debug, Deserialize)]
pub(super) struct Number {
    #[serde(default)]
    number: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Code {
    #[serde(default)]
    code: String,
}

/// Keeps the number and sends a code to it.
pub(super) async fn begin(
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(form): CsrfForm<Number>,
) -> Result<Response, Problem> {
    let refusal = match form.number.parse::<PhoneNumber>() {
        Err(_) => Text::new(texts::PHONE_WRONG),
        Ok(number) => {
            let key = key_of(&console.state, console.tenant.ctx.tenant);
            let mut tx = carried(&console).await?;
            let whose = (console.session.account, &number);
            match sms::begin(&mut tx, &console, &key, whose, &host).await {
                Ok(()) => {
                    tx.commit().await?;
                    return Ok(redirect_saying(FACTOR, texts::FLASH_SMS_SENT));
                }
                Err(error) => refusal_of(error, console.now())?,
            }
        }
    };
    refuse(console, &host, ("number", refusal), form.number).await
}

/// Takes the code that was sent. The first factor of all comes with recovery codes.
pub(super) async fn confirm(
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(form): CsrfForm<Code>,
) -> Result<Response, Problem> {
    let key = key_of(&console.state, console.tenant.ctx.tenant);
    match factors::count_code(&console.state.db, &console, console.session.account).await {
        Ok(()) => {}
        Err(LogInError::Db(error)) => return Err(error.into()),
        Err(refusal) => {
            let refused = Refused::of(&refusal, console.now());
            return refuse(console, &host, ("sms_code", refused.text), String::new()).await;
        }
    }
    let mut tx = carried(&console).await?;
    let whose = (console.session.account, form.code.as_str());
    match sms::confirm(&mut tx, &console, &key, whose, &console.session.token).await {
        Ok(made) => {
            tx.commit().await?;
            if made.is_empty() {
                return Ok(redirect_saying(FACTOR, texts::FLASH_PHONE_ADDED));
            }
            codes::show(console, &made)
        }
        Err(error) => {
            let refusal = refusal_of(error, console.now())?;
            drop(tx);
            refuse(console, &host, ("sms_code", refusal), String::new()).await
        }
    }
}

/// Goes without the telephone again.
pub(super) async fn remove(console: Console, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    sms::remove(&mut tx, &console, console.session.account).await?;
    tx.commit().await?;
    Ok(redirect_saying(FACTOR, texts::FLASH_PHONE_REMOVED))
}

/// The panel, where codes can be sent or somebody has a telephone already.
pub(super) async fn panel(console: &Console, tx: &mut TenantTx, zone: &str) -> Result<Option<PhonePanel>, Problem> {
    if console.state.texter.is_none() || sms::prefixes(tx).await?.is_empty() {
        return Ok(None);
    }
    let phone = sms::find(tx, console.session.account).await?;
    let since = phone.as_ref().and_then(|phone| phone.since);
    Ok(Some(PhonePanel {
        hint: phone.map(|phone| phone.hint),
        since: since.map(|at| Moment::new(at, zone)),
        action: PHONE.to_owned(),
        confirm_action: PHONE_CONFIRMATION.to_owned(),
        remove_action: PHONE_REMOVAL.to_owned(),
        number: String::new(),
    }))
}

/// A button that has a code sent, for who has a telephone.
pub(crate) async fn form(
    state: &AppState,
    tx: &mut TenantTx,
    (account, action): (AccountId, &str),
) -> Result<Option<SmsForm>, Problem> {
    if state.texter.is_none() {
        return Ok(None);
    }
    let hint = factors::find(tx, account).await?.phone;
    Ok(hint.map(|hint| SmsForm {
        action: action.to_owned(),
        hint,
    }))
}

/// Begins a transaction where somebody carries messages.
async fn carried(console: &Console) -> Result<TenantTx, Problem> {
    if console.state.texter.is_none() {
        return Err(Problem::not_found());
    }
    console.begin().await
}

fn refusal_of(error: NumberError, now: Timestamp) -> Result<Text, Problem> {
    match error {
        NumberError::NotAllowed => Ok(Text::new(texts::PHONE_NOT_ALLOWED)),
        NumberError::Wrong => Ok(Text::new(texts::CODE_WRONG)),
        NumberError::TooMany { until } => {
            let minutes = until.duration_since(now).as_secs().saturating_add(59) / 60;
            Ok(Text::new(texts::SMS_TOO_MANY).with("minutes", minutes.max(1)))
        }
        NumberError::Db(error) => Err(error.into()),
    }
}

async fn refuse(
    console: Console,
    host: &HostName,
    (field, why): (&'static str, Text),
    number: String,
) -> Result<Response, Problem> {
    let errors = FieldErrors::none().with(field, why);
    let mut tx = console.begin().await?;
    let mut view = show::load(&console, &mut tx, (host, errors)).await?;
    tx.commit().await?;
    if let Some(phone) = &mut view.phone {
        phone.number = number;
    }
    console.html_refused(Section::Account, &view)
}
