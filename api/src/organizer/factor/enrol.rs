//! `POST /manage/account/factor`, its `confirmation` and its `removal`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text},
};
use bilten_sso::factors::{self, ConfirmError};
use serde::Deserialize;

use super::{codes, key_of, show};
use crate::{
    http::{
        FACTOR,
        extract::{AskedHost, CsrfForm},
        problem::Problem,
        shell::{redirect, redirect_saying},
    },
    organizer::{Nothing, console::Console},
};

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    code: String,
}

/// Makes a secret and shows it.
pub(super) async fn begin(console: Console, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Result<Response, Problem> {
    let key = key_of(&console.state, console.tenant.ctx.tenant);
    let mut tx = console.begin().await?;
    factors::begin(&mut tx, &console, &key, console.session.account).await?;
    tx.commit().await?;
    Ok(redirect(FACTOR))
}

/// Takes the app's first code, and shows the recovery codes, this once.
pub(super) async fn confirm(
    console: Console,
    AskedHost(host): AskedHost,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<Response, Problem> {
    let key = key_of(&console.state, console.tenant.ctx.tenant);
    let mut tx = console.begin().await?;
    let whose = (console.session.account, form.code.as_str());
    match factors::confirm(&mut tx, &console, &key, whose, &console.session.token).await {
        Ok(made) => {
            tx.commit().await?;
            codes::show(console, &made)
        }
        Err(ConfirmError::NotBegun) => Ok(redirect(FACTOR)),
        Err(ConfirmError::Wrong) => {
            let errors = FieldErrors::none().with("code", Text::new(texts::CODE_WRONG));
            let view = show::load(&console, &mut tx, (&host, errors)).await?;
            tx.commit().await?;
            console.html_refused(Section::Account, &view)
        }
        Err(ConfirmError::Db(error)) => Err(error.into()),
    }
}

/// Goes without a factor again.
pub(super) async fn remove(console: Console, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    factors::remove(&mut tx, &console, console.session.account).await?;
    tx.commit().await?;
    Ok(redirect_saying(FACTOR, texts::FLASH_FACTOR_REMOVED))
}
