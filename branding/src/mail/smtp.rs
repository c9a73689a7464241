//! Sending by SMTP, and the MIME form of a mail.

use async_trait::async_trait;
use jiff::Timestamp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Attachment as Part, Mailbox, MultiPart, SinglePart, header::ContentType},
};

use super::{Address, Mail, MailError, Mailer};

/// Sends through one server; connections are pooled.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    /// Reads the server from a URL: `smtps://user:password@host:465` or `smtp://host:587?tls=required`.
    ///
    /// # Errors
    /// The URL is wrong.
    pub fn from_url(url: &str) -> Result<Self, MailError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(malformed)?;
        Ok(Self {
            transport: builder.timeout(Some(std::time::Duration::from_secs(20))).build(),
        })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail, now: Timestamp) -> Result<(), MailError> {
        let message = message(mail, now)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Refused(Box::new(error))),
            Err(error) => Err(MailError::Later(Box::new(error))),
        }
    }
}

/// Builds the MIME message: alternative(text, related(html, symbols)).
pub(super) fn message(mail: &Mail, now: Timestamp) -> Result<Message, MailError> {
    let (_, domain) = mail.from.email.rsplit_once('@').unwrap_or(("", "localhost"));
    let mut builder = Message::builder()
        .message_id(Some(format!("<{}@{domain}>", mail.id)))
        .date(std::time::SystemTime::from(now))
        .from(mailbox(&mail.from)?)
        .to(mailbox(&mail.to)?)
        .subject(mail.subject.as_str());
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    let mut related = MultiPart::related().singlepart(SinglePart::html(mail.html.clone()));
    for file in &mail.attachments {
        let kind = ContentType::parse(&file.media_type).map_err(malformed)?;
        let part = match &file.content_id {
            Some(id) => Part::new_inline_with_name(id.clone(), file.name.clone()),
            None => Part::new(file.name.clone()),
        };
        related = related.singlepart(part.body(file.bytes.clone(), kind));
    }
    let body = MultiPart::alternative()
        .singlepart(SinglePart::plain(mail.text.clone()))
        .multipart(related);
    builder.multipart(body).map_err(malformed)
}

fn mailbox(address: &Address) -> Result<Mailbox, MailError> {
    let email = address.email.parse().map_err(malformed)?;
    let name = (!address.name.is_empty()).then(|| address.name.clone());
    Ok(Mailbox::new(name, email))
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> MailError {
    MailError::Malformed(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Attachment;

    fn mail(to: &str, subject: &str) -> Mail {
        Mail {
            id: "job_1".to_owned(),
            tenant: bilten_kernel::Id::from_uuid(uuid::Uuid::nil()),
            from: Address {
                name: "Operahuset, Oslo".to_owned(),
                email: "tickets@operahuset.localhost".to_owned(),
            },
            reply_to: None,
            to: Address {
                name: "Ada".to_owned(),
                email: to.to_owned(),
            },
            subject: subject.to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            attachments: vec![Attachment {
                name: "a-1.png".to_owned(),
                media_type: "image/png".to_owned(),
                content_id: Some("ticket-1".to_owned()),
                bytes: vec![1, 2, 3],
            }],
        }
    }

    fn formatted(mail: &Mail) -> String {
        let now = "2026-11-22T17:00:00Z".parse().unwrap();
        String::from_utf8(message(mail, now).unwrap().formatted()).unwrap()
    }

    #[test]
    fn the_message_is_the_tenants_alone() {
        let text = formatted(&mail("ada@example.org", "Your tickets"));
        assert!(text.contains("Message-ID: <job_1@operahuset.localhost>"), "{text}");
        assert!(text.contains("Date: Sun, 22 Nov 2026 17:00:00 +0000"), "{text}");
        assert!(text.contains("Content-ID: <ticket-1>"), "{text}");
        for word in ["bilten", "lettre", "user-agent", "x-mailer"] {
            assert!(!text.to_lowercase().contains(word), "{text}");
        }
    }

    #[test]
    fn subjects_cannot_add_headers() {
        let text = formatted(&mail("ada@example.org", "Hi\r\nBcc: eve@example.org"));
        assert!(!text.contains("\nBcc:"), "{text}");
    }

    #[test]
    fn wrong_addresses_are_final() {
        let now = "2026-11-22T17:00:00Z".parse().unwrap();
        let error = message(&mail("nobody", "x"), now).unwrap_err();
        assert!(!error.is_transient());
    }
}
