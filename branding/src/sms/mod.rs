//! Short messages to telephones: the port, and who carries them.
//!
//! Only codes for staff are sent, and only where a tenant allows it: a message costs money and can be read on its way.

mod mailbox;
mod twilio;

use async_trait::async_trait;
use bilten_kernel::{PhoneNumber, TenantId, Timestamp};
pub use twilio::{Twilio, TwilioConfig};

/// A short message.
#[derive(Debug, Clone)]
pub struct Sms {
    /// Unique; a message that is sent again has the same.
    pub id: String,
    /// Whose message it is.
    pub tenant: TenantId,
    /// To whom.
    pub to: PhoneNumber,
    /// What it says.
    pub text: String,
}

/// Says why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// The carrier refused it for good, such as a number that does not exist.
    #[error("the message was refused: {0}")]
    Refused(String),
    /// It may work later.
    #[error("the message could not be handed over now: {0}")]
    Later(String),
}

/// Takes short messages away.
#[async_trait]
pub trait Texter: Send + Sync {
    /// Hands a message over. May send twice what comes twice.
    ///
    /// # Errors
    /// See [`SmsError`].
    async fn send(&self, sms: &Sms, now: Timestamp) -> Result<(), SmsError>;
}
