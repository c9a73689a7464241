//! Keeps messages in the development mailbox, beside the mails.

use async_trait::async_trait;
use bilten_kernel::Timestamp;

use super::{Sms, SmsError, Texter};
use crate::mail::{Address, DevMailbox, Mail, Mailer};

#[async_trait]
impl Texter for DevMailbox {
    async fn send(&self, sms: &Sms, now: Timestamp) -> Result<(), SmsError> {
        let address = |name: &str, email: &str| Address {
            name: name.to_owned(),
            email: email.to_owned(),
        };
        let mail = Mail {
            id: sms.id.clone(),
            tenant: sms.tenant,
            from: address("SMS", "sms@localhost"),
            reply_to: None,
            // The mailbox takes what a mail server would take.
            to: address("", &format!("{}@sms.localhost", sms.to.as_str())),
            subject: format!("SMS {}", sms.to.as_str()),
            text: sms.text.clone(),
            html: plain_page(&sms.text),
            attachments: Vec::new(),
        };
        let kept = Mailer::send(self, &mail, now).await;
        kept.map_err(|error| SmsError::Later(error.to_string()))
    }
}

/// A telephone shows plain text; so does the mailbox.
fn plain_page(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<!doctype html><meta charset=\"utf-8\"><pre style=\"white-space:pre-wrap\">{escaped}</pre>")
}
