//! `POST /manage/account/endings`: ends a session of one's own, or all but this one.

use axum::response::Response;
use bilten_branding::texts;
use bilten_sso::{TokenHash, sessions};
use serde::Deserialize;

use super::ACCOUNT;
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::console::Console,
};

/// Value that stands for every session but the one that asks.
const OTHERS: &str = "others";

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    session: String,
}

pub(super) async fn end(console: Console, CsrfForm(form): CsrfForm<Form>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let account = console.session.account;
    if form.session == OTHERS {
        sessions::end_all(&mut tx, account, Some(&console.session.token)).await?;
    } else {
        // One that is over already, or another person's, is answered alike: it is not among one's own.
        let session = TokenHash::parse(&form.session).ok_or_else(Problem::not_found)?;
        sessions::revoke(&mut tx, account, session).await?;
    }
    tx.commit().await?;
    Ok(redirect_saying(ACCOUNT, texts::FLASH_SESSION_ENDED))
}
