//! A key in the place of another, and the end of one.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section},
};
use bilten_kernel::ApiKeyKind;
use bilten_sso::api_keys::{self, KeyError};

use super::{
    create::{Typed, shown},
    permit, show,
};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/api-keys/{id}/rotation`.
pub(super) async fn rotate(
    PathId(id): PathId<ApiKeyKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match api_keys::rotate(&mut tx, &console, id).await {
        Ok(made) => {
            let form = (&Typed::default(), FieldErrors::none());
            let view = show::view(&console, &mut tx, form, Some(shown(made))).await?;
            tx.commit().await?;
            console.html(Section::Team, &view)
        }
        Err(KeyError::Unknown) => Err(Problem::not_found()),
        Err(KeyError::Replaced) => Ok(redirect_saying(urls::API_KEYS, texts::FLASH_REFUSED_REPLACED)),
        Err(KeyError::NotHeld(_) | KeyError::TooMany) => {
            Ok(redirect_saying(urls::API_KEYS, texts::FLASH_REFUSED_NOT_HELD))
        }
        Err(KeyError::Db(error)) => Err(error.into()),
        Err(error) => Err(Problem::internal(error)),
    }
}

/// `POST /manage/api-keys/{id}/revocation`.
pub(super) async fn revoke(
    PathId(id): PathId<ApiKeyKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if !api_keys::revoke(&mut tx, &console, id).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(redirect_saying(urls::API_KEYS, texts::FLASH_KEY_REVOKED))
}
