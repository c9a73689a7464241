//! `POST /manage/sso/enforcement`, `…/end`: whether passwords open the console.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Text},
};
use bilten_kernel::{AccountId, SsoConnectionId};
use bilten_sso::{
    accounts,
    enforcement::{self, EnforceError},
};
use bilten_tenancy::TenantTx;
use serde::Deserialize;

use super::{
    list::{self, Typed},
    permit,
};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    connection: String,
    first: String,
    second: String,
}

pub(super) async fn begin(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let (field, key) = match enforce(&console, &mut tx, &input).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(redirect_saying(urls::SSO, texts::FLASH_SSO_MUST));
        }
        Err(EnforceError::Connection) => ("connection", texts::FIELD_SSO_CONNECTION),
        Err(EnforceError::BreakGlass) => ("first", texts::FIELD_SSO_OWNERS),
        Err(EnforceError::Db(error)) => return Err(error.into()),
    };
    tx.rollback().await?;
    let typed = Typed {
        connection: input.connection,
        first: input.first,
        second: input.second,
        errors: Some(FieldErrors::none().with(field, Text::new(key))),
        ..Typed::default()
    };
    list::refused(console, typed).await
}

pub(super) async fn end(console: Console, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    enforcement::end(&mut tx, &console).await?;
    tx.commit().await?;
    Ok(redirect_saying(urls::SSO, texts::FLASH_SSO_MAY))
}

async fn enforce(console: &Console, tx: &mut TenantTx, input: &Input) -> Result<(), EnforceError> {
    let connection: SsoConnectionId = input.connection.parse().map_err(|_| EnforceError::Connection)?;
    let mut kept: Vec<AccountId> = Vec::new();
    for typed in [&input.first, &input.second] {
        if typed.trim().is_empty() {
            continue;
        }
        let found = accounts::find_by_email(tx, typed)
            .await?
            .ok_or(EnforceError::BreakGlass)?;
        if !kept.contains(&found.id) {
            kept.push(found.id);
        }
    }
    enforcement::enforce(tx, console, connection, &kept).await
}
