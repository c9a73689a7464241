//! The development mailbox of a tenant: mails that would have been sent. Exists only where no mail
//! server is set, and shows a tenant its own mails alone.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use bilten_branding::{
    mail::StoredMail,
    views::{
        Moment,
        dev::{MailRow, MailView, MailboxView},
    },
};
use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};

use super::{shop::Shop, urls};
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Route},
};

/// What a mail's HTML may do in its frame: show its own styles and pictures, nothing else.
const MAIL_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'";

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Public);
    vec![
        Route::get("/dev/mail", face, access, list).open_when_suspended(),
        Route::get("/dev/mail/{name}", face, access, show).open_when_suspended(),
        Route::get("/dev/mail/{name}/html", face, access, show_html).open_when_suspended(),
    ]
}

/// `GET /dev/mail`.
async fn list(shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let mailbox = state.mailbox.as_ref().ok_or_else(Problem::not_found)?;
    let mails = mailbox
        .list(Some(shop.tenant.ctx.tenant))
        .await
        .map_err(Problem::internal)?;
    let zone = shop.settings.time_zone.as_str();
    let rows = mails.into_iter().map(|mail| MailRow {
        url: urls::dev_mail(&mail.name),
        to: mail.to.email,
        subject: mail.subject,
        at: Moment::new(mail.at, zone),
    });
    shop.html(&MailboxView { rows: rows.collect() })
}

/// `GET /dev/mail/{name}`.
async fn show(Path(name): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let mail = get(&state, &shop, &name).await?;
    shop.html(&MailView {
        to: mail.to.email,
        subject: mail.subject,
        at: Moment::new(mail.at, shop.settings.time_zone.as_str()),
        html_url: format!("{}/html", urls::dev_mail(&mail.name)),
        text: mail.text,
        attachments: mail.attachments.into_iter().map(|file| file.name).collect(),
        list_url: urls::DEV_MAIL.to_owned(),
    })
}

/// `GET /dev/mail/{name}/html`: for the frame of the page above.
async fn show_html(Path(name): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let mail = get(&state, &shop, &name).await?;
    let policy = [(CONTENT_SECURITY_POLICY, HeaderValue::from_static(MAIL_POLICY))];
    Ok((policy, Html(mail.html_for_viewing())).into_response())
}

async fn get(state: &AppState, shop: &Shop, name: &str) -> Result<StoredMail, Problem> {
    let mailbox = state.mailbox.as_ref().ok_or_else(Problem::not_found)?;
    let found = mailbox
        .find(Some(shop.tenant.ctx.tenant), name)
        .await
        .map_err(Problem::internal)?;
    found.ok_or_else(Problem::not_found)
}
