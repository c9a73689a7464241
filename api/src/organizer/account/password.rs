//! `POST /manage/account/password`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text},
};
use bilten_kernel::Secret;
use bilten_sso::{
    accounts::{self, ReplaceError, ReplacePassword},
    login::{LogInError, Proof},
    passwords::NewPassword,
};
use serde::Deserialize;

use super::{ACCOUNT, show};
use crate::{
    http::{
        extract::{ClientIp, CsrfForm},
        problem::Problem,
        shell::redirect_saying,
    },
    organizer::{Refused, console::Console},
};

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    present: String,
    #[serde(default)]
    password: String,
}

pub(super) async fn save(
    console: Console,
    ClientIp(network): ClientIp,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let Ok(new) = form.password.parse::<NewPassword>() else {
        return refuse(console, "password", refusal(&form.password)).await;
    };
    let cmd = ReplacePassword {
        proof: Proof {
            account: console.session.account,
            password: Secret::new(form.present),
            network,
        },
        new,
        asking: console.session.token.clone(),
    };
    let state = &console.state;
    match accounts::replace_password(&state.db, &state.passwords, &console, &cmd).await {
        Ok(()) => Ok(redirect_saying(ACCOUNT, texts::FLASH_PASSWORD_CHANGED)),
        Err(ReplaceError::Guessable) => refuse(console, "password", Text::new(texts::FIELD_PASSWORD_GUESSABLE)).await,
        Err(ReplaceError::Proof(LogInError::Wrong | LogInError::SsoRequired)) => {
            refuse(console, "present", Text::new(texts::CONFIRM_WRONG)).await
        }
        Err(ReplaceError::Proof(locked @ LogInError::Locked { .. })) => {
            let text = Refused::of(&locked, console.now()).text;
            refuse(console, "present", text).await
        }
        Err(ReplaceError::Proof(LogInError::Db(error)) | ReplaceError::Db(error)) => Err(error.into()),
    }
}

/// Says why a text cannot be a password.
pub(in crate::organizer) fn refusal(password: &str) -> Text {
    if password.len() > 1_000 {
        Text::new(texts::FIELD_PASSWORD_LONG)
    } else {
        Text::new(texts::FIELD_PASSWORD_SHORT)
    }
}

async fn refuse(console: Console, field: &str, text: Text) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = show::load(&console, &mut tx, FieldErrors::none().with(field, text)).await?;
    tx.commit().await?;
    console.html_refused(Section::Account, &view)
}
