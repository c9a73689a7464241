//! Second factors of staff: passkeys, an authenticator app (TOTP, RFC 6238), codes by short message, and ten recovery
//! codes.
//!
//! A secret is sealed under a key of its tenant and shown only until the app has proved to have it. A code counts within one
//! step of thirty seconds around now, and each step once. Recovery codes are kept as keyed hashes, shown once, good once. A
//! log-in whose account has a factor is half done after the first step ([`crate::login::second`]). Enrolling and removing
//! are for whoever has proved himself lately, which `api` asks for; both are told by mail.

mod code;
mod duty;
mod enrol;
mod key;
pub mod passkeys;
mod prove;
mod recovery;
pub mod sms;
mod store;

pub use code::RecoveryCode;
pub use duty::{Duty, FactorPolicy, Standing};
use enrol::fresh_codes;
pub use enrol::{Begun, ConfirmError, begin, confirm, find_begun, remove, renew_codes};
pub use key::FactorKey;
pub use prove::{CodeProof, count_code, prove};
pub use recovery::{ApproveError, RecoveryId, RecoveryKind, RecoveryRequest, approve, ask, cancel, list_open};
use store::delete_codes;
pub(crate) use {
    prove::check_code,
    recovery::{end_as_found, take_due},
};

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

/// What somebody who is logged in, or half so, proves himself for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proving {
    /// The second step of a log-in.
    Second,
    /// That it is still he.
    Confirm,
}

/// What an account has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Factors {
    /// When the authenticator was confirmed; `None` when there is none.
    pub since: Option<Timestamp>,
    /// Passkeys, at whatever host.
    pub passkeys: i64,
    /// Last digits of the telephone that codes go to, where there is one and the tenant sends codes.
    pub phone: Option<String>,
    /// Recovery codes that are left.
    pub codes_left: i64,
}

impl Factors {
    /// Tells whether log-ins ask for more than the first step.
    pub const fn has_any(&self) -> bool {
        self.since.is_some() || self.passkeys > 0 || self.phone.is_some()
    }
}

/// Tells what an account has.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, account: AccountId) -> Result<Factors, DbError> {
    let since = store::find_confirmed(tx, account).await?;
    let passkeys = passkeys::count(tx, account).await?;
    let phone = sms::find_active(tx, account).await?;
    let codes_left = store::count_codes(tx, account).await?;
    Ok(Factors {
        since,
        passkeys,
        phone,
        codes_left,
    })
}
