//! `POST /manage/sso/{id}/activation`, `…/deactivation`, `…/deletion`.

use axum::response::Response;
use bilten_branding::texts;
use bilten_kernel::SsoConnectionKind;
use bilten_sso::connections;

use super::{permit, save::refuse};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

pub(super) async fn activate(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match connections::activate(&mut tx, &console, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_ACTIVE))
        }
        Err(error) => refuse(&urls::sso(id), error),
    }
}

pub(super) async fn disable(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match connections::disable(&mut tx, &console, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_DISABLED))
        }
        Err(error) => refuse(&urls::sso(id), error),
    }
}

pub(super) async fn delete(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match connections::delete(&mut tx, &console, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::SSO, texts::FLASH_SSO_DELETED))
        }
        Err(error) => refuse(&urls::sso(id), error),
    }
}
