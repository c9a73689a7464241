//! Makes tokens, and ends them.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::MadeKey},
};
use bilten_kernel::ScimTokenKind;
use bilten_sso::scim::{self, TokenError};
use serde::Deserialize;

use super::{
    permit,
    show::{Typed, view},
};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, team::end_of_day, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    name: String,
    until: String,
}

/// `POST /manage/scim/tokens`: the token is shown this once.
pub(super) async fn create(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let zone = console.state.settings.get(&console).await?.time_zone.clone();
    let mut errors = FieldErrors::none();
    let until = match input.until.trim() {
        "" => None,
        day => {
            let end = end_of_day(day, &zone);
            if end.is_none() {
                errors.push("until", Text::new(texts::FIELD_DATE_INVALID));
            }
            end
        }
    };
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if errors.is_empty() {
        match scim::make_token(&mut tx, &console, (&input.name, until)).await {
            Ok((token, secret)) => {
                let typed = Typed {
                    made: Some(MadeKey {
                        name: token.name,
                        token: secret.expose().clone(),
                    }),
                    ..Typed::default()
                };
                let view = view(&console, &mut tx, typed).await?;
                tx.commit().await?;
                return console.html(Section::Scim, &view);
            }
            Err(error) => explain(error, &mut errors)?,
        }
    }
    tx.rollback().await?;
    let mut tx = console.begin().await?;
    let typed = Typed {
        name: input.name,
        until: input.until,
        errors: Some(errors),
        ..Typed::default()
    };
    let view = view(&console, &mut tx, typed).await?;
    tx.commit().await?;
    console.html_refused(Section::Scim, &view)
}

/// `POST /manage/scim/tokens/{id}/revocation`.
pub(super) async fn revoke(
    PathId(id): PathId<ScimTokenKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if !scim::revoke_token(&mut tx, &console, id).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(redirect_saying(urls::SCIM, texts::FLASH_SCIM_REVOKED))
}

fn explain(error: TokenError, errors: &mut FieldErrors) -> Result<(), Problem> {
    let (field, key) = match error {
        TokenError::NotHeld => ("name", texts::FIELD_SCIM_OWNER),
        TokenError::Name => ("name", texts::FIELD_REQUIRED),
        TokenError::TooMany => ("name", texts::FIELD_SCIM_MANY),
        TokenError::WrongEnd => ("until", texts::FIELD_DATE_INVALID),
        TokenError::Db(error) => return Err(error.into()),
    };
    errors.push(field, Text::new(key));
    Ok(())
}
