//! Passkeys of staff (Web Authentication Level 3): a second factor, and a log-in of its own.
//!
//! A passkey is bound by the browser to the host at which it was made, and its holder proves himself to the device with a
//! finger, a face or a PIN, so that one passkey is both factors. What is kept opens nothing. Each challenge is a row of five
//! minutes that its answer takes away, whatever the answer is worth. Whose browser signs what is checked by `webauthn-rs`;
//! which passkey may answer, and for what, is decided here. Attestation is not asked for: we trust people's choice of device.

mod challenge;
mod check;
mod register;
mod store;

pub use challenge::{Challenge, ChallengeError, RelyingParty, for_log_in, for_proof, for_registration};
pub use check::confirm;
pub(crate) use check::{check, check_of};
pub use register::{MAX_PASSKEYS, NewPasskey, RegisterError, register, remove};
pub(crate) use store::delete_over;
pub(super) use store::{count, delete_all};

use bilten_kernel::{AccountId, Id, IdKind, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::Proving;

/// Kind of a passkey's id.
pub enum PasskeyKind {}

impl IdKind for PasskeyKind {
    const PREFIX: &'static str = "pky";
}

/// Identifies a passkey.
pub type PasskeyId = Id<PasskeyKind>;

/// A passkey as its owner sees it.
#[derive(Debug, Clone)]
pub struct PasskeyInfo {
    /// Identity.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Host at which it is good.
    pub host: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last proved somebody.
    pub used_at: Option<Timestamp>,
}

/// What a challenge is good for, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Register,
    LogIn,
    Proof(Proving),
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::LogIn => "log_in",
            Self::Proof(Proving::Second) => "second",
            Self::Proof(Proving::Confirm) => "confirm",
        }
    }
}

/// What a browser answers to a challenge.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Secret of the challenge, from the form.
    pub token: String,
    /// The credential as JSON, as `PublicKeyCredential.toJSON()` writes it.
    pub credential: String,
}

/// Why an answer proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The challenge was answered, is too old, is for something else, or was never made.
    #[error("no challenge waits for this answer")]
    Gone,
    /// What came is no credential.
    #[error("the answer cannot be read")]
    Unreadable,
    /// It is nobody's passkey at this host, or that of somebody else.
    #[error("the passkey is not known here")]
    Unknown,
    /// Signature, origin, host, challenge or user verification do not fit.
    #[error("the answer does not fit the challenge")]
    Refused,
    /// Its counter went back: there may be a copy of it.
    #[error("the passkey may have been copied")]
    Copied,
}

/// Why nobody is proved.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The answer proves nothing. The challenge is gone all the same, so the transaction is to be committed.
    #[error("the passkey was not taken")]
    Unproved(#[from] Unproved),
    /// The database refused.
    #[error("could not look at the passkey")]
    Db(#[from] DbError),
}

/// Lists the passkeys of an account, the oldest first.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, account: AccountId) -> Result<Vec<PasskeyInfo>, DbError> {
    store::list(tx, account).await
}
