//! Somebody has lost his second factor: he asks, an owner who knows him approves, and after a delay the next log-in goes
//! without it. The owners are told of each step, so that a request that nobody made is seen and called off in time.
//!
//! A request is made half-way through a log-in, so the first step was done. Nobody approves his own. A log-in with the
//! factor ends a request, because it is not lost.

mod store;

use bilten_kernel::{AccountId, Ctx, Id, IdKind, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit, permissions};
use jiff::SignedDuration;
use serde_json::json;

use super::{passkeys, sms, store as factors};
use crate::{
    notices::{self, What},
    security,
};

/// Kind of a request's id.
pub enum RecoveryKind {}

impl IdKind for RecoveryKind {
    const PREFIX: &'static str = "rcv";
}

/// Identifies a request.
pub type RecoveryId = Id<RecoveryKind>;

/// A request that is not over.
#[derive(Debug, Clone)]
pub struct RecoveryRequest {
    /// Identity.
    pub id: RecoveryId,
    /// Who asks.
    pub account: AccountId,
    /// His name.
    pub name: String,
    /// His mail address.
    pub email: String,
    /// When he asked.
    pub asked_at: Timestamp,
    /// From when on he logs in without the factor; `None` while nobody has approved.
    pub due_at: Option<Timestamp>,
}

/// Why a request is not approved.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    /// There is no such request, or it was decided.
    #[error("no request waits for this decision")]
    NotFound,
    /// Nobody approves his own.
    #[error("nobody approves his own request")]
    Own,
    /// The database refused.
    #[error("could not approve the request")]
    Db(#[from] DbError),
}

/// Asks the owners to let somebody in without his factor. Nothing happens while a request of his is open.
///
/// # Errors
/// The database refused.
pub async fn ask(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), DbError> {
    let id: RecoveryId = ctx.new_id();
    if !store::insert(tx, (id, account), ctx.now()).await? {
        return Ok(());
    }
    tell_all(tx, ctx, account, What::RecoveryAsked).await?;
    record(tx, ctx, account, "account.recovery_asked").await
}

/// Lists the requests that are not over, the oldest first, at most 50.
///
/// # Errors
/// The database refused.
pub async fn list_open(tx: &mut TenantTx) -> Result<Vec<RecoveryRequest>, DbError> {
    store::list_open(tx).await
}

/// Approves a request; it is carried out by the first log-in after the tenant's delay.
///
/// # Errors
/// See [`ApproveError`].
pub async fn approve(tx: &mut TenantTx, ctx: &Ctx, id: RecoveryId, by: AccountId) -> Result<(), ApproveError> {
    let account = store::find_asked(tx, id).await?.ok_or(ApproveError::NotFound)?;
    if account == by {
        return Err(ApproveError::Own);
    }
    let hours = security::recovery_delay_hours(tx).await?;
    let delay = SignedDuration::from_hours(i64::from(hours));
    let due = ctx.now().checked_add(delay).unwrap_or(Timestamp::MAX);
    if !store::update_approved(tx, (id, by), due).await? {
        return Err(ApproveError::NotFound);
    }
    tell_all(tx, ctx, account, What::RecoveryApproved).await?;
    Ok(record(tx, ctx, account, "account.recovery_approved").await?)
}

/// Calls a request off, whether it was approved or not; tells whether one was open.
///
/// # Errors
/// The database refused.
pub async fn cancel(tx: &mut TenantTx, ctx: &Ctx, id: RecoveryId) -> Result<bool, DbError> {
    let Some(account) = store::update_cancelled(tx, id, ctx.now()).await? else {
        return Ok(false);
    };
    tell_all(tx, ctx, account, What::RecoveryCancelled).await?;
    record(tx, ctx, account, "account.recovery_cancelled").await?;
    Ok(true)
}

/// Ends a request whose factor turned up: somebody has logged in with it.
pub(crate) async fn end_as_found(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), DbError> {
    if store::cancel_of_account(tx, account, ctx.now()).await? {
        record(tx, ctx, account, "account.recovery_cancelled").await?;
    }
    Ok(())
}

/// Carries out what was approved and whose delay is over: every factor is gone. Tells whether there was such a request.
pub(crate) async fn take_due(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<bool, DbError> {
    if !store::update_done(tx, account, ctx.now()).await? {
        return Ok(false);
    }
    factors::delete_authenticator(tx, account).await?;
    passkeys::delete_all(tx, account).await?;
    sms::delete_phone(tx, account).await?;
    factors::delete_codes(tx, account).await?;
    tell_all(tx, ctx, account, What::RecoveryDone).await?;
    record(tx, ctx, account, "account.recovery_done").await?;
    Ok(true)
}

/// Tells the person and every owner.
async fn tell_all(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, what: What) -> Result<(), DbError> {
    let mut readers = permissions::list_owners(tx).await?;
    if !readers.contains(&account) {
        readers.push(account);
    }
    for reader in readers {
        notices::tell_about(tx, ctx, (reader, what), account).await?;
    }
    Ok(())
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: account.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
