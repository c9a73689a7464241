//! Pages for developers: the mailbox with what would have been sent, and the components.

mod styleguide;

use serde::Serialize;

pub use styleguide::StyleguideView;

use crate::views::{Moment, View, sample};

/// `GET /dev/mail`.
#[derive(Debug, Clone, Serialize)]
pub struct MailboxView {
    /// Mails, newest first.
    pub rows: Vec<MailRow>,
}

/// A mail in the list.
#[derive(Debug, Clone, Serialize)]
pub struct MailRow {
    /// Address of its page.
    pub url: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub at: Moment,
}

/// `GET /dev/mail/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct MailView {
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub at: Moment,
    /// Address of the HTML part, shown in a sandboxed frame.
    pub html_url: String,
    /// Plain-text part.
    pub text: String,
    /// Names of the attachments.
    pub attachments: Vec<String>,
    /// Back to the list.
    pub list_url: String,
}

impl View for MailboxView {
    const TEMPLATE: &'static str = "dev/mailbox.html";

    fn samples() -> Vec<Self> {
        let row = MailRow {
            url: "/dev/mail/20261122T171400-1".to_owned(),
            to: "ada@example.org".to_owned(),
            subject: "Your tickets for Nordlys Festival 2027".to_owned(),
            at: sample::moment("2026-11-22T17:14:00Z"),
        };
        vec![
            Self {
                rows: vec![row.clone(), row],
            },
            Self { rows: Vec::new() },
        ]
    }
}

impl View for MailView {
    const TEMPLATE: &'static str = "dev/mail.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            to: "ada@example.org".to_owned(),
            subject: "Your tickets for Nordlys Festival 2027".to_owned(),
            at: sample::moment("2026-11-22T17:14:00Z"),
            html_url: "/dev/mail/20261122T171400-1/html".to_owned(),
            text: "Hello Ada\n\nhere are your tickets.".to_owned(),
            attachments: vec!["ticket-1.png".to_owned()],
            list_url: "/dev/mail".to_owned(),
        }]
    }
}
