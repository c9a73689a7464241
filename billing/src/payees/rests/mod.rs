//! Times in which nothing is paid out of a payee's account.
//!
//! ```text
//! open → over (by itself, at its end) | lifted (by an operator, with a reason)
//! ```
//! A rest begins when the bank account that is paid out to changes, which is what somebody does who took its owner's login over;
//! when card schemes warn of several payments; or when an operator says so. Everything else goes on: sales, refunds, the books.
//!
//! Invariants:
//! * A rest holds whatever the deadline of the money: the deadline leaves a week, and rests that end by themselves are shorter.
//! * Who lifted a rest early, and why, is in its row and in the record. A tenant cannot lift its own.

mod store;

use bilten_kernel::{Ctx, Id, IdKind, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use crate::provider::AccountRef;

/// How long money stays after the bank account changed.
pub(super) const AFTER_NEW_BANK: SignedDuration = SignedDuration::from_hours(72);
/// Longest reason that somebody may give, in characters.
const MOST_REASON: usize = 500;

/// Kind of a rest.
pub enum RestKind {}
impl IdKind for RestKind {
    const PREFIX: &'static str = "rst";
}
/// Identifies a rest.
pub type RestId = Id<RestKind>;

/// Why nothing is paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestWhy {
    /// The bank account that is paid out to is another one.
    BankChanged,
    /// Card schemes warned of several payments.
    Warnings,
    /// An operator said so.
    Operator,
}

impl RestWhy {
    const ALL: [Self; 3] = [Self::BankChanged, Self::Warnings, Self::Operator];

    /// Name in the database and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BankChanged => "bank_changed",
            Self::Warnings => "warnings",
            Self::Operator => "operator",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }

    const fn lasts(self) -> Option<SignedDuration> {
        match self {
            Self::BankChanged => Some(AFTER_NEW_BANK),
            Self::Warnings | Self::Operator => None,
        }
    }
}

/// A time in which nothing is paid out of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// Which.
    pub id: RestId,
    /// Provider.
    pub provider: String,
    /// The payee's account there.
    pub account: AccountRef,
    /// Why.
    pub why: RestWhy,
    /// What the operator wrote.
    pub note: String,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself; never, when a person must look.
    pub until: Option<Timestamp>,
}

/// Why a rest was not begun, or not lifted.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// There is no such rest, or it is over.
    #[error("there is no such rest")]
    NotFound,
    /// Nobody said why, or at too great a length.
    #[error("the reason must have 1 to {MOST_REASON} characters")]
    Reason,
    /// The database failed.
    #[error("the rest could not be recorded")]
    Db(#[from] DbError),
}

/// Lists the rests that hold now.
///
/// # Errors
/// The database failed.
pub async fn list_rests(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<Rest>, DbError> {
    store::list_open(tx, now).await
}

/// Begins a rest in the caller's transaction. A new bank account lets money rest anew; of the others one holds at a time.
pub(crate) async fn begin(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (provider, account): (&str, &AccountRef),
    (why, note): (RestWhy, &str),
) -> Result<bool, DbError> {
    let open = store::list_open(tx, ctx.now()).await?;
    let holds = |rest: &Rest| rest.provider == provider && rest.account == *account && rest.why == why;
    if why != RestWhy::BankChanged && open.iter().any(holds) {
        return Ok(false);
    }
    let rest = Rest {
        id: ctx.new_id(),
        provider: provider.to_owned(),
        account: account.clone(),
        why,
        note: note.to_owned(),
        since: ctx.now(),
        until: why.lasts().map(|time| ctx.now() + time),
    };
    store::insert(tx, &rest).await?;
    let entry = audit::Entry {
        action: "payout.rest_began",
        object: rest.id.to_string(),
        details: json!({ "provider": provider, "account": account.as_str(), "why": why.name(), "note": note }),
    };
    audit::record(tx, ctx, entry).await?;
    tracing::warn!(provider, %account, why = why.name(), "nothing is paid out of an account for now");
    Ok(true)
}

/// An operator lets an account's money rest until he lifts it; tells whether it did not already.
///
/// # Errors
/// See [`RestError`].
pub async fn hold(ctx: &Ctx, tx: &mut TenantTx, at: (&str, &AccountRef), reason: &str) -> Result<bool, RestError> {
    Ok(begin(tx, ctx, at, (RestWhy::Operator, checked(reason)?)).await?)
}

/// An operator ends a rest early, in the caller's transaction.
///
/// # Errors
/// See [`RestError`].
pub async fn lift(ctx: &Ctx, tx: &mut TenantTx, id: RestId, reason: &str) -> Result<(), RestError> {
    let reason = checked(reason)?;
    if !store::lift(tx, ctx, id, reason).await? {
        return Err(RestError::NotFound);
    }
    let entry = audit::Entry {
        action: "payout.rest_lifted",
        object: id.to_string(),
        details: json!({ "reason": reason }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}

fn checked(reason: &str) -> Result<&str, RestError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MOST_REASON {
        return Err(RestError::Reason);
    }
    Ok(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_a_reason_is_needed() {
        for why in RestWhy::ALL {
            assert_eq!(RestWhy::from_name(why.name()), Some(why));
        }
        assert!(checked(" \n").is_err() && checked(&"x".repeat(MOST_REASON + 1)).is_err());
        assert_eq!(checked(" spoken on the telephone ").unwrap(), "spoken on the telephone");
    }
}
