//! Lines that nobody can explain: booked as such, until somebody does.

use bilten_kernel::{Ctx, Money};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{Known, Place, Riddle, store};
use crate::{
    ledger::{self, Book, Head, Kind, PostError, templates},
    provider::AccountRef,
};

/// Longest reason that somebody may give, in characters.
const MOST_REASON: usize = 500;

/// Key of what is booked for a line: names of lines are the provider's own, and unique on their account.
pub(super) fn key(place: &Place, line: &str) -> String {
    match &place.account {
        Some(account) => format!("{}/{account}/{line}", place.provider),
        None => format!("{}/{line}", place.provider),
    }
}

/// Puts a line into suspense, with what of it nobody can explain; one that is there already stays. Tells whether it is new.
pub(super) async fn keep(
    tx: &mut TenantTx,
    ctx: &Ctx,
    place: &Place,
    known: &Known,
    (riddle, amount): (Riddle, Money),
) -> Result<bool, PostError> {
    if known.is_in_suspense {
        return Ok(false);
    }
    let line = &known.line;
    if !amount.is_zero() {
        let head = Head::new(Kind::Unexplained, key(place, &line.line), line.at);
        ledger::post(
            tx,
            ctx,
            &templates::unexplained(head, Book::Tenant, &place.provider, amount)?,
        )
        .await?;
    }
    store::set_suspense(tx, ctx, place, &line.line, riddle).await?;
    tracing::error!(provider = %place.provider, account = place.account(), line = %line.line, why = riddle.name(),
                    minor = amount.minor, "nobody can explain a line of a balance");
    Ok(true)
}

/// Takes back what was booked when nobody could explain a line.
pub(super) async fn lift(tx: &mut TenantTx, ctx: &Ctx, place: &Place, known: &Known) -> Result<(), PostError> {
    if !known.is_in_suspense {
        return Ok(());
    }
    match ledger::reverse(tx, ctx, Kind::Unexplained, &key(place, &known.line.line)).await {
        Ok(_) | Err(PostError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Why a line cannot be set aside.
#[derive(Debug, thiserror::Error)]
pub enum SetAsideError {
    /// There is no such line, or it is explained.
    #[error("there is no such line in suspense")]
    NotFound,
    /// Nobody said why, or at too great a length.
    #[error("the reason must have 1 to {MOST_REASON} characters")]
    Reason,
    /// The books or the database refused.
    #[error("the line could not be set aside")]
    Post(#[from] PostError),
}

impl From<DbError> for SetAsideError {
    fn from(error: DbError) -> Self {
        Self::Post(error.into())
    }
}

/// Somebody knows what a line is, and that it is no business of these books (a payment that the payee took by himself, say). It
/// leaves suspense in the caller's transaction; who said so, and why, is audited.
///
/// # Errors
/// See [`SetAsideError`].
pub async fn set_aside(
    ctx: &Ctx,
    tx: &mut TenantTx,
    (provider, account, line): (&str, &str, &str),
    reason: &str,
) -> Result<(), SetAsideError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MOST_REASON {
        return Err(SetAsideError::Reason);
    }
    let place = Place {
        provider: provider.to_owned(),
        account: AccountRef::parse(account).ok(),
        is_ours: true,
    };
    let known = store::lock_line(tx, &place, line).await?;
    let known = known
        .filter(|known| known.is_in_suspense)
        .ok_or(SetAsideError::NotFound)?;
    lift(tx, ctx, &place, &known).await?;
    store::set_foreign(tx, ctx, &place, line).await?;
    let entry = audit::Entry {
        action: "balance.line_set_aside",
        object: key(&place, line),
        details: json!({ "minor": known.line.amount.minor, "currency": known.line.amount.currency.code(), "reason": reason }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}
