//! The mail that tells owners about log-in at their identity provider.

use serde::Serialize;

use super::{Text, View, mail::MailColours};
use crate::texts;

/// Something about log-in that owners must know.
#[derive(Debug, Clone, Serialize)]
pub struct SsoMail {
    /// What happened: one of `MAIL_SSO_*`.
    pub lead: Text,
    /// Full address of a page of the console.
    pub url: String,
    /// Colours of the brand.
    pub colours: MailColours,
}

impl View for SsoMail {
    const TEMPLATE: &'static str = "mail/sso.html";

    fn samples() -> Vec<Self> {
        let view = |lead| Self {
            lead,
            url: "http://nordlys.localhost:8080/manage/sso".to_owned(),
            colours: crate::Theme::default().mail_colours(),
        };
        vec![
            view(Text::new(texts::MAIL_SSO_ALARM).with("account", "ada@example.org")),
            view(
                Text::new(texts::MAIL_SSO_SECRET)
                    .with("name", "Example <ID>")
                    .with("days", 30_u32),
            ),
            view(Text::new(texts::MAIL_SSO_SECRET_OVER).with("name", "Example <ID>")),
        ]
    }
}
