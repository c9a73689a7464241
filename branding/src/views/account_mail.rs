//! What a member of staff is told about his own account.

use serde::Serialize;

use super::{Moment, Text, View, mail::MailColours, sample};
use crate::texts;

/// A mail about an account, or with a link that was asked for.
#[derive(Debug, Clone, Serialize)]
pub struct AccountMail {
    /// Key of the subject: one of `MAIL_ACCOUNT_*_SUBJECT`.
    pub subject: String,
    /// Who reads it.
    pub name: String,
    /// What it is about.
    pub lead: Text,
    /// Browser and system in which it happened.
    pub device: Option<Text>,
    /// Network from which it happened.
    pub network: Option<String>,
    /// When it happened.
    pub at: Option<Moment>,
    /// What the link does.
    pub button: Text,
    /// Where it leads, in full.
    pub url: String,
    /// What to do when it was not the reader.
    pub note: Text,
    /// Colours of the brand.
    pub colours: MailColours,
}

impl View for AccountMail {
    const TEMPLATE: &'static str = "mail/account.html";

    fn samples() -> Vec<Self> {
        let view = |subject: &str, lead: Text, button: &str, note: &str, happened: bool| Self {
            subject: subject.to_owned(),
            name: "Ada <Lovelace>".to_owned(),
            lead,
            device: happened.then(|| {
                Text::new(texts::DEVICE_ON)
                    .with("browser", "Firefox")
                    .with("system", "macOS")
            }),
            network: happened.then(|| "192.0.2.0/24".to_owned()),
            at: happened.then(|| sample::moment("2026-11-24T09:12:00Z")),
            button: Text::new(button),
            url: "http://nordlys.localhost:8080/manage/login/link?token=c0ffee".to_owned(),
            note: Text::new(note),
            colours: crate::Theme::default().mail_colours(),
        };
        let minutes = |key| Text::new(key).with("minutes", 20_u32);
        vec![
            view(
                texts::MAIL_ACCOUNT_RESET_SUBJECT,
                minutes(texts::MAIL_ACCOUNT_RESET),
                texts::MAIL_ACCOUNT_RESET_BUTTON,
                texts::MAIL_ACCOUNT_RESET_NOTE,
                false,
            ),
            view(
                texts::MAIL_ACCOUNT_LOG_IN_SUBJECT,
                minutes(texts::MAIL_ACCOUNT_LOG_IN),
                texts::MAIL_ACCOUNT_LOG_IN_BUTTON,
                texts::MAIL_ACCOUNT_LOG_IN_NOTE,
                false,
            ),
            view(
                texts::MAIL_ACCOUNT_DEVICE_SUBJECT,
                Text::new(texts::MAIL_ACCOUNT_DEVICE),
                texts::MAIL_ACCOUNT_OPEN,
                texts::MAIL_ACCOUNT_NOT_YOU,
                true,
            ),
            view(
                texts::MAIL_ACCOUNT_PASSWORD_SUBJECT,
                Text::new(texts::MAIL_ACCOUNT_PASSWORD),
                texts::MAIL_ACCOUNT_OPEN,
                texts::MAIL_ACCOUNT_NOT_YOU,
                true,
            ),
        ]
    }
}
