//! The mail that tells owners that an operator of the platform wants in, or is in.

use serde::Serialize;

use super::{Text, View, mail::MailColours};
use crate::texts;

/// An operator wants in, or is in.
#[derive(Debug, Clone, Serialize)]
pub struct VisitMail {
    /// What happened: `MAIL_VISIT_ASKED` or `MAIL_VISIT_STARTED`.
    pub lead: Text,
    /// Why, as the operator wrote it.
    pub reason: String,
    /// What beyond looking around: `persons`, `events`, `orders`.
    pub powers: Vec<&'static str>,
    /// Full address of the page where it is answered or ended.
    pub url: String,
    /// Colours of the brand.
    pub colours: MailColours,
}

impl View for VisitMail {
    const TEMPLATE: &'static str = "mail/visit.html";

    fn samples() -> Vec<Self> {
        let view = |key: &str, powers| Self {
            lead: Text::new(key)
                .with("operator", "Support <Operator>")
                .with("minutes", 30_u32),
            reason: "Door list of Friday's concert does not load on one phone".to_owned(),
            powers,
            url: "http://nordlys.localhost:8080/manage/platform-access".to_owned(),
            colours: crate::Theme::default().mail_colours(),
        };
        vec![
            view(texts::MAIL_VISIT_ASKED, vec!["persons", "events", "orders"]),
            view(texts::MAIL_VISIT_STARTED, Vec::new()),
        ]
    }
}
