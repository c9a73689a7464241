//! `POST /manage/sso/{id}`, `POST /manage/sso/{id}/secret`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Text},
};
use bilten_kernel::{Secret, SsoConnectionKind};
use bilten_sso::connections::{self, ChangeError, Kind, Terms};
use serde::Deserialize;

use super::{
    form::{self, Input},
    permit,
    show::{self, Typed},
};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SecretInput {
    secret: String,
}

pub(super) async fn terms(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    CsrfForm(input): CsrfForm<Input>,
) -> Result<Response, Problem> {
    let mut draft = input.draft();
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let found = connections::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let read = match found.kind {
        Kind::Oidc => Terms::read(&draft, console.state.sso.oidc.egress()),
        Kind::Saml => {
            // Who the provider is and who we are there was settled when it was set up.
            draft.issuer = found.issuer;
            draft.client_id = found.client_id;
            Terms::read_saml(&draft)
        }
    };
    let terms = match read {
        Ok(terms) => terms,
        Err(faults) => {
            tx.rollback().await?;
            let typed = Typed {
                form: Some(form::typed_again(draft, found.kind)),
                errors: Some(form::errors(&faults)),
                ..Typed::default()
            };
            return show::refused(console, id, typed).await;
        }
    };
    match connections::change(&mut tx, &console, id, &terms).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::sso(id), texts::FLASH_SAVED))
        }
        Err(ChangeError::Role) => {
            tx.rollback().await?;
            let typed = Typed {
                form: Some(form::typed_again(draft, found.kind)),
                errors: Some(FieldErrors::none().with("default_role", Text::new(texts::FIELD_SSO_ROLE))),
                ..Typed::default()
            };
            show::refused(console, id, typed).await
        }
        Err(error) => refuse(&urls::sso(id), error),
    }
}

pub(super) async fn secret(
    PathId(id): PathId<SsoConnectionKind>,
    console: Console,
    CsrfForm(input): CsrfForm<SecretInput>,
) -> Result<Response, Problem> {
    let secret = Secret::new(input.secret);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    match connections::set_secret(&mut tx, &console, &console.state.sso.seal, (id, &secret)).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(&urls::sso(id), texts::FLASH_SSO_SECRET))
        }
        Err(ChangeError::Secret(fault)) => {
            tx.rollback().await?;
            let typed = Typed {
                errors: Some(FieldErrors::none().with("secret", form::said(fault))),
                ..Typed::default()
            };
            show::refused(console, id, typed).await
        }
        Err(error) => refuse(&urls::sso(id), error),
    }
}

/// Answers a change that was refused.
pub(super) fn refuse(page: &str, error: ChangeError) -> Result<Response, Problem> {
    match error {
        ChangeError::NotFound => Err(Problem::not_found()),
        ChangeError::State(_) | ChangeError::Secret(_) | ChangeError::Role | ChangeError::Issuer => {
            Ok(redirect_saying(page, texts::FLASH_SSO_WRONG_STATE))
        }
        ChangeError::Enforced => Ok(redirect_saying(page, texts::FLASH_SSO_ENFORCED)),
        ChangeError::Db(error) => Err(error.into()),
    }
}
