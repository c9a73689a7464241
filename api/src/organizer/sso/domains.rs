//! `POST /manage/sso/domains`, `…/verification`, `…/removal`: mail domains of the staff.
//!
//! The record is looked up between two transactions; then the platform's directory gives the domain to one tenant.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Text},
};
use bilten_sso::domains::{self, AddError, Claimed, Domain};
use serde::Deserialize;

use super::{
    list::{self, Typed},
    permit,
};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    domain: String,
}

pub(super) async fn add(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let key = match input.domain.parse::<Domain>() {
        Ok(domain) => match domains::add(&mut tx, &console, &domain).await {
            Ok(()) => {
                tx.commit().await?;
                return Ok(redirect_saying(urls::SSO, texts::FLASH_SAVED));
            }
            Err(AddError::TooMany) => texts::FIELD_SSO_DOMAINS,
            Err(AddError::Db(error)) => return Err(error.into()),
        },
        Err(_) => texts::FIELD_SSO_DOMAIN,
    };
    tx.rollback().await?;
    let typed = Typed {
        domain: input.domain,
        errors: Some(FieldErrors::none().with("domain", Text::new(key))),
        ..Typed::default()
    };
    list::refused(console, typed).await
}

pub(super) async fn check(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let domain: Domain = input.domain.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let found = domains::find(&mut tx, &domain).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    let Ok(texts_found) = console.state.sso.dns.txt(&found.record_name()).await else {
        return Ok(redirect_saying(urls::SSO, texts::FLASH_SSO_NO_DNS));
    };
    let wanted = found.record_text();
    if !texts_found.iter().any(|text| text.trim() == wanted) {
        return Ok(redirect_saying(urls::SSO, texts::FLASH_SSO_UNVERIFIED));
    }
    let mut directory = console.state.platform.begin().await?;
    let claimed = domains::claim(&mut directory, &console, &domain).await?;
    directory.commit().await?;
    if claimed == Claimed::Other {
        return Ok(redirect_saying(urls::SSO, texts::FLASH_SSO_DOMAIN_TAKEN));
    }
    let mut tx = console.begin().await?;
    domains::mark_verified(&mut tx, &console, &domain).await?;
    tx.commit().await?;
    Ok(redirect_saying(urls::SSO, texts::FLASH_SSO_VERIFIED))
}

pub(super) async fn remove(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let domain: Domain = input.domain.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if !domains::remove(&mut tx, &console, &domain).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    // Only now: whoever takes it over must not find our people taken in by it.
    let mut directory = console.state.platform.begin().await?;
    domains::release(&mut directory, console.tenant.ctx.tenant, &domain).await?;
    directory.commit().await?;
    Ok(redirect_saying(urls::SSO, texts::FLASH_SAVED))
}
