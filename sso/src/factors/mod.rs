//! Second factors of staff: an authenticator app (TOTP, RFC 6238) and ten recovery codes.
//!
//! A secret is sealed under a key of its tenant and shown only until the app has proved to have it. A code counts within one
//! step of thirty seconds around now, and each step once. Recovery codes are kept as keyed hashes, shown once, good once. A
//! log-in whose account has a factor is half done after the first step ([`crate::login::second`]). Enrolling and removing
//! are for whoever has proved himself lately, which `api` asks for; both are told by mail.

mod code;
mod duty;
mod enrol;
mod key;
mod prove;
mod recovery;
mod store;

pub use code::RecoveryCode;
pub use duty::{Duty, FactorPolicy, Standing};
pub use enrol::{Begun, ConfirmError, begin, confirm, find_begun, remove, renew_codes};
pub use key::FactorKey;
pub use prove::{CodeProof, prove};
pub use recovery::{ApproveError, RecoveryId, RecoveryKind, RecoveryRequest, approve, ask, cancel, list_open};
pub(crate) use {
    prove::check_code,
    recovery::{end_as_found, take_due},
};

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

/// What an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Factors {
    /// When the authenticator was confirmed; `None` when there is none.
    pub since: Option<Timestamp>,
    /// Recovery codes that are left.
    pub codes_left: i64,
}

/// Tells what an account has.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, account: AccountId) -> Result<Factors, DbError> {
    let since = store::find_confirmed(tx, account).await?;
    let codes_left = store::count_codes(tx, account).await?;
    Ok(Factors { since, codes_left })
}
