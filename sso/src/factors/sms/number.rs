//! Gets a telephone, and goes without it again.

use std::fmt;

use bilten_kernel::{AccountId, Ctx, PhoneNumber};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Ask, Purpose, SendError, check, send, store};
use crate::{
    SessionToken,
    factors::{self, FactorKey, RecoveryCode},
    notices::{self, What},
    sessions,
};

/// Beginnings that a tenant may name.
const MAX_PREFIXES: usize = 20;

/// Beginnings of the numbers to which a tenant sends codes; none means that it sends none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prefixes(Vec<String>);

impl Prefixes {
    /// Reads what somebody typed: `+47 +46`, apart by spaces or commas. `None` when it is not that.
    pub fn read(text: &str) -> Option<Self> {
        let parts: Vec<String> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        let is_prefix = |part: &String| {
            let digits = part.strip_prefix('+').unwrap_or_default();
            (1..=7).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0')
        };
        (parts.len() <= MAX_PREFIXES && parts.iter().all(is_prefix)).then_some(Self(parts))
    }

    /// Reads what a row holds.
    pub(crate) fn from_row(text: Option<&str>) -> Self {
        text.and_then(Self::read).unwrap_or_default()
    }

    /// Writes it for the row; `None` when nothing is sent.
    pub(crate) fn to_row(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join(" "))
    }

    /// Tells whether codes go to any number.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether codes go to this number.
    pub fn allow(&self, number: &PhoneNumber) -> bool {
        self.0.iter().any(|prefix| number.as_str().starts_with(prefix))
    }
}

impl fmt::Display for Prefixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Why a number does not become a factor.
#[derive(Debug, thiserror::Error)]
pub enum NumberError {
    /// The tenant sends no codes to such numbers.
    #[error("codes do not go to this number")]
    NotAllowed,
    /// Too many codes were sent.
    #[error("too many codes were sent")]
    TooMany {
        /// When the next one may be sent.
        until: bilten_kernel::Timestamp,
    },
    /// The code is not the one that was sent, or none was.
    #[error("the code is wrong")]
    Wrong,
    /// The database refused.
    #[error("could not keep the number")]
    Db(#[from] DbError),
}

impl From<SendError> for NumberError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Impossible => Self::NotAllowed,
            SendError::TooMany { until } => Self::TooMany { until },
            SendError::Db(error) => Self::Db(error),
        }
    }
}

/// Keeps a number that waits for its code, and sends the code. A number that counts already stays, and nothing is sent.
///
/// # Errors
/// See [`NumberError`].
pub async fn begin(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    (account, number): (AccountId, &PhoneNumber),
    host: &bilten_kernel::HostName,
) -> Result<(), NumberError> {
    let sealed = key.seal(ctx, account, number.as_str().as_bytes());
    store::save_begun(tx, account, (&sealed, number.hint()), ctx.now()).await?;
    let ask = Ask {
        purpose: Purpose::Phone,
        host: host.clone(),
    };
    Ok(send(tx, ctx, key, (account, &ask)).await?)
}

/// Takes the code that was sent to a new number: from now on log-ins may ask for one. The first factor of an account ends its
/// other sessions and brings recovery codes; they are returned.
///
/// # Errors
/// See [`NumberError`].
pub async fn confirm(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    (account, typed): (AccountId, &str),
    asking: &SessionToken,
) -> Result<Vec<RecoveryCode>, NumberError> {
    let plain: String = typed.chars().filter(char::is_ascii_digit).take(16).collect();
    let had = factors::find(tx, account).await?;
    if !check(tx, ctx, key, (account, Purpose::Phone, &plain)).await?
        || !store::update_confirmed(tx, account, ctx.now()).await?
    {
        return Err(NumberError::Wrong);
    }
    notices::tell(tx, ctx, (account, What::FactorAdded), None).await?;
    record(tx, ctx, account, "account.phone_added").await?;
    if had.has_any() {
        return Ok(Vec::new());
    }
    sessions::end_all(tx, account, Some(asking)).await?;
    Ok(factors::fresh_codes(tx, ctx, key, account).await?)
}

/// Goes without the telephone from now on. With the last factor the recovery codes go.
///
/// # Errors
/// The database refused.
pub async fn remove(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), DbError> {
    store::delete(tx, account).await?;
    if !factors::find(tx, account).await?.has_any() {
        factors::delete_codes(tx, account).await?;
    }
    notices::tell(tx, ctx, (account, What::FactorRemoved), None).await?;
    record(tx, ctx, account, "account.phone_removed").await
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: account.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_only_to_numbers_that_begin_as_the_tenant_says() {
        let number: PhoneNumber = "+4740000000".parse().expect("a number");
        for (text, allows) in [
            ("+47", Some(true)),
            ("+46, +474", Some(true)),
            ("+46 +1", Some(false)),
            ("", Some(false)),
            ("47", None),
            ("+", None),
            ("+0", None),
            ("+12345678", None),
            ("+47;+46", None),
        ] {
            let read = Prefixes::read(text).map(|prefixes| prefixes.allow(&number));
            assert_eq!(read, allows, "{text}");
        }
        assert_eq!(
            Prefixes::read(" +46,+47 ").and_then(|read| read.to_row()).as_deref(),
            Some("+46 +47")
        );
        assert_eq!(Prefixes::default().to_row(), None);
        assert!(Prefixes::read(&"+47 ".repeat(21)).is_none());
    }
}
