//! Mails: composed from a view, sent by SMTP, or kept in a development mailbox.
//!
//! A mail has a plain-text part and an HTML part with the same content; tickets' symbols are attached and
//! shown inside (`cid:`). Nothing in a mail names the platform: sender, message id and words are the tenant's.

mod account;
mod compose;
mod mailbox;
mod smtp;

use async_trait::async_trait;
use bilten_kernel::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use account::account;
pub use compose::{
    ComposeError, MailContext, gift_card, invitation, money, sso, stream_failed, tickets, tickets_returned, visit,
    waitlist_joined, waitlist_lapsed, waitlist_offer,
};
pub use mailbox::{DevMailbox, StoredAttachment, StoredMail};
pub use smtp::SmtpMailer;

/// A mail ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Unique; left part of the message id. Sending the same mail twice uses the same id.
    pub id: String,
    /// Whose mail it is.
    pub tenant: TenantId,
    /// Sender.
    pub from: Address,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<Address>,
    /// Recipient.
    pub to: Address,
    /// Subject.
    pub subject: String,
    /// Plain-text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Attachments, inline ones too.
    pub attachments: Vec<Attachment>,
}

/// A name and a mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Name, may be empty.
    pub name: String,
    /// Address.
    pub email: String,
}

/// A file of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Name for `cid:` if it is shown inside the HTML part.
    pub content_id: Option<String>,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Says why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address or header cannot be written; trying again is useless.
    #[error("the mail cannot be built")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server refused it for good.
    #[error("the mail server refused the mail")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It may work later.
    #[error("the mail could not be handed over now")]
    Later(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl MailError {
    /// Says whether another try makes sense.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Later(_))
    }
}

/// Takes mails away.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail over.
    ///
    /// # Errors
    /// See [`MailError`].
    async fn send(&self, mail: &Mail, now: Timestamp) -> Result<(), MailError>;
}
