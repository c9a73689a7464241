//! Codes by short message: the weakest factor, only where a tenant allows it, and only to numbers that it names the beginnings
//! of.
//!
//! A number counts once a code that was sent to it came back. The digits of a code are derived from its id under a key of the
//! tenant, so that no table and no job holds them; a code is good for five minutes, once, and for what it was asked for. Rows of
//! codes are the budget as well: so many for an account and for the tenant, because each message costs money and strangers
//! would have others pay (premium numbers are kept out by the beginnings).

mod code;
mod number;
mod store;

pub(super) use code::check;
pub use code::{CodeId, CodeKind, LIFE, Letter, SMS_JOB, find_letter, send};
pub use number::{NumberError, Prefixes, begin, confirm, remove};
pub(crate) use store::delete_over;
pub(super) use store::{delete as delete_phone, find_active};

use bilten_kernel::{AccountId, HostName, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::Proving;

impl From<Proving> for Purpose {
    fn from(proving: Proving) -> Self {
        match proving {
            Proving::Second => Self::Second,
            Proving::Confirm => Self::Confirm,
        }
    }
}

/// Telephone of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// Last two digits.
    pub hint: String,
    /// Since when it counts; `None` while a code is awaited.
    pub since: Option<Timestamp>,
}

/// What a code is for, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Shows that the number is the person's.
    Phone,
    /// The second step of a log-in.
    Second,
    /// That it is still he.
    Confirm,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Second => "second",
            Self::Confirm => "confirm",
        }
    }
}

/// Finds the telephone of an account, whether it counts or waits for its code.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, account: AccountId) -> Result<Option<Phone>, DbError> {
    store::find(tx, account).await
}

/// Returns the numbers to which the tenant sends codes.
///
/// # Errors
/// The database refused.
pub async fn prefixes(tx: &mut TenantTx) -> Result<Prefixes, DbError> {
    Ok(Prefixes::from_row(store::find_prefixes(tx).await?.as_deref()))
}

/// Why no code is sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The tenant allows none, or no longer to this number, or there is no number.
    #[error("no code can be sent")]
    Impossible,
    /// The budget of the account or the tenant is used up.
    #[error("too many codes were sent")]
    TooMany {
        /// When the next one may be sent.
        until: Timestamp,
    },
    /// The database refused.
    #[error("could not send the code")]
    Db(#[from] DbError),
}

/// A code to send.
#[derive(Debug)]
pub struct Ask {
    /// What it is for.
    pub purpose: Purpose,
    /// Host that was asked.
    pub host: HostName,
}
