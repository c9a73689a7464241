//! Pages that say one thing: closed, not found, failed, legal texts.

use serde::Serialize;

use crate::{
    texts,
    views::{Moment, SafeHtml, Text, View, sample},
};

/// Any page of a shop that is suspended.
#[derive(Debug, Clone, Serialize)]
pub struct ClosedView {
    /// Where ticket holders can still ask.
    pub support_email: Option<String>,
}

/// An address without a page. On a host that belongs to nobody it is rendered with [`crate::views::Face::Plain`].
#[derive(Debug, Clone, Serialize)]
pub struct NotFoundView {
    /// A place to go on from; none on a host that belongs to nobody.
    pub home_url: Option<String>,
}

/// Something went wrong.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorView {
    /// Status of the answer.
    pub status: u16,
    /// What happened: one of `ERROR_PAGE_*` in [`crate::texts`].
    pub title: Text,
    /// What to do.
    pub advice: Text,
    /// Number to tell the support.
    pub request_id: Option<String>,
    /// A place to go on from.
    pub back_url: Option<String>,
}

/// `GET /legal/{page}`.
#[derive(Debug, Clone, Serialize)]
pub struct LegalView {
    /// Name of the page: `terms`, `privacy`, `imprint`, `accessibility`.
    pub page: String,
    /// The text: `markdown::render_document`.
    pub html: SafeHtml,
    /// When it was changed last.
    pub updated: Option<Moment>,
}

impl View for ClosedView {
    const TEMPLATE: &'static str = "storefront/closed.html";

    fn samples() -> Vec<Self> {
        vec![
            Self {
                support_email: Some("hello@example.org".to_owned()),
            },
            Self { support_email: None },
        ]
    }
}

impl View for NotFoundView {
    const TEMPLATE: &'static str = "storefront/not_found.html";

    fn samples() -> Vec<Self> {
        vec![
            Self {
                home_url: Some("/".to_owned()),
            },
            Self { home_url: None },
        ]
    }
}

impl ErrorView {
    /// The page for a status that says all there is to say.
    pub fn from_status(status: u16, request_id: Option<String>) -> Self {
        let (title, advice) = match status {
            403 => (texts::ERROR_PAGE_FORBIDDEN, texts::ERROR_PAGE_FORBIDDEN_ADVICE),
            408 | 504 => (texts::ERROR_PAGE_TIMEOUT, texts::ERROR_PAGE_TIMEOUT_ADVICE),
            413 => (texts::ERROR_PAGE_TOO_LARGE, texts::ERROR_PAGE_TOO_LARGE_ADVICE),
            429 => (texts::ERROR_PAGE_BUSY, texts::ERROR_PAGE_BUSY_ADVICE),
            400..=499 => (texts::ERROR_PAGE_REQUEST, texts::ERROR_PAGE_REQUEST_ADVICE),
            _ => (texts::ERROR_PAGE_SERVER, texts::ERROR_PAGE_SERVER_ADVICE),
        };
        Self {
            status,
            title: Text::new(title),
            advice: Text::new(advice),
            request_id,
            back_url: Some("/".to_owned()),
        }
    }
}

impl View for ErrorView {
    const TEMPLATE: &'static str = "storefront/error.html";

    fn samples() -> Vec<Self> {
        [500, 400, 403, 408, 413, 429]
            .into_iter()
            .map(|status| Self::from_status(status, Some("0194f3a2".to_owned())))
            .collect()
    }
}

impl View for LegalView {
    const TEMPLATE: &'static str = "storefront/legal.html";

    fn samples() -> Vec<Self> {
        ["terms", "privacy", "imprint", "accessibility"]
            .into_iter()
            .map(|page| Self {
                page: page.to_owned(),
                html: crate::markdown::render_document(sample::LEGAL),
                updated: Some(sample::moment("2026-10-01T08:00:00Z")),
            })
            .collect()
    }
}
