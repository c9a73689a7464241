//! What the pages of the development mailbox show, on a tenant's host and on the operators'.

use axum::response::{Html, IntoResponse, Response};
use bilten_branding::{
    mail::{DevMailbox, StoredMail},
    views::{
        Moment,
        dev::{MailRow, MailView, MailboxView},
    },
};
use bilten_kernel::TenantId;
use http::{
    HeaderValue,
    header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS},
};

use crate::{
    http::{AppState, problem::Problem},
    storefront::urls,
};

/// What a mail's HTML may do in its frame: show its own styles and pictures, nothing else.
const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'";

/// Whose mails are shown.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// A tenant, or all of them on the operators' host.
    pub tenant: Option<TenantId>,
    /// Zone in which times are shown.
    pub zone: &'a str,
}

/// Fills the list.
///
/// # Errors
/// There is no development mailbox here, or it cannot be read.
pub async fn list(state: &AppState, scope: &Scope<'_>) -> Result<MailboxView, Problem> {
    let mails = open(state)?.list(scope.tenant).await.map_err(Problem::internal)?;
    let rows = mails.into_iter().map(|mail| MailRow {
        url: urls::dev_mail(&mail.name),
        to: mail.to.email,
        subject: mail.subject,
        at: Moment::new(mail.at, scope.zone),
    });
    Ok(MailboxView { rows: rows.collect() })
}

/// Fills the page of one mail.
///
/// # Errors
/// As [`list`], or there is no such mail.
pub async fn show(state: &AppState, scope: &Scope<'_>, name: &str) -> Result<MailView, Problem> {
    let mail = get(state, scope, name).await?;
    Ok(MailView {
        to: mail.to.email,
        subject: mail.subject,
        at: Moment::new(mail.at, scope.zone),
        html_url: format!("{}/html", urls::dev_mail(&mail.name)),
        text: mail.text,
        attachments: mail.attachments.into_iter().map(|file| file.name).collect(),
        list_url: urls::DEV_MAIL.to_owned(),
    })
}

/// Answers with the HTML part of one mail, fenced in.
///
/// # Errors
/// As [`show`].
pub async fn html(state: &AppState, scope: &Scope<'_>, name: &str) -> Result<Response, Problem> {
    let mail = get(state, scope, name).await?;
    let fence = [
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_POLICY)),
        (X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    Ok((fence, Html(mail.html_for_viewing())).into_response())
}

async fn get(state: &AppState, scope: &Scope<'_>, name: &str) -> Result<StoredMail, Problem> {
    let found = open(state)?.find(scope.tenant, name).await.map_err(Problem::internal)?;
    found.ok_or_else(Problem::not_found)
}

/// Mails hold links that open orders: where others can reach us nobody may read them. The name of the host
/// proves nothing, for whoever reaches the listener may send any.
fn open(state: &AppState) -> Result<&DevMailbox, Problem> {
    let mailbox = state.mailbox.as_ref().filter(|_| state.config.http.is_private());
    mailbox.ok_or_else(Problem::not_found)
}
