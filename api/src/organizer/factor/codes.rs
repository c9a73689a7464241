//! `POST /manage/account/factor/codes` and `…/codes.txt`: recovery codes, shown once.

use axum::response::{IntoResponse as _, Response};
use bilten_branding::views::{Section, console::RecoveryCodesView};
use bilten_sso::factors::{self, RecoveryCode};
use http::{
    HeaderValue,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use serde::Deserialize;

use super::{CODES_TXT, key_of};
use crate::{
    http::{FACTOR, extract::CsrfForm, problem::Problem},
    organizer::{Nothing, console::Console},
};

/// Characters of a file of codes at most.
const MAX_FILE: usize = 500;

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    codes: String,
}

/// Makes new codes in place of all earlier ones.
pub(super) async fn renew(console: Console, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Result<Response, Problem> {
    let key = key_of(&console.state, console.tenant.ctx.tenant);
    let mut tx = console.begin().await?;
    let made = factors::renew_codes(&mut tx, &console, &key, console.session.account).await?;
    tx.commit().await?;
    show(console, &made)
}

/// Shows codes that were made by this request; nobody can show them again.
pub(super) fn show(console: Console, made: &[RecoveryCode]) -> Result<Response, Problem> {
    let view = RecoveryCodesView {
        codes: made.iter().map(RecoveryCode::shown).collect(),
        download_action: CODES_TXT.to_owned(),
        done_url: FACTOR.to_owned(),
    };
    console.html(Section::Account, &view)
}

/// Gives the codes of the page back as a file: the page has them, the database does not.
pub(super) async fn download(CsrfForm(form): CsrfForm<Form>) -> Result<Response, Problem> {
    let is_codes = form.codes.len() <= MAX_FILE
        && form
            .codes
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b' '));
    if !is_codes {
        return Err(Problem::not_found());
    }
    let mut text = form.codes.split_whitespace().collect::<Vec<_>>().join("\n");
    text.push('\n');
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"recovery-codes.txt\""),
    );
    Ok(response)
}
