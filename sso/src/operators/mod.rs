//! People who operate the platform: a world of its own, beside every tenant.
//!
//! Their accounts, sessions and tallies of attempts live in the schema `platform`, which the
//! tenants' role cannot read. Passwords, tokens and the throttle's policy are those of staff.
//! `ctx` gives time, randomness and actor; its tenant is not read.

mod log_in;
mod store;

pub use log_in::log_in;

use std::collections::HashMap;

use bilten_kernel::{Ctx, Email, OperatorId, PersonName, Timestamp};
use bilten_tenancy::{DbError, PlatformTx};
use jiff::SignedDuration;

use crate::{
    CsrfToken, SessionToken,
    login::throttle::{SWEEP_LIMIT, forgotten_before},
    passwords::PasswordHash,
};

/// A session lives this long, used or not: operators log in every working day.
pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(12);

/// What a new operator is made of.
#[derive(Debug)]
pub struct NewOperator {
    /// Mail address; the log-in name.
    pub email: Email,
    /// Name of the person.
    pub name: PersonName,
    /// From [`crate::passwords::Passwords::hash`].
    pub password_hash: PasswordHash,
}

/// A living session of an operator.
#[derive(Debug, Clone)]
pub struct OperatorSession {
    /// Whose it is.
    pub operator: OperatorId,
    /// Name of the person.
    pub name: String,
    /// Mail address of the operator.
    pub email: String,
    /// What forms of this session carry.
    pub csrf: CsrfToken,
    /// End of the session.
    pub expires_at: Timestamp,
}

/// Makes an operator, or returns `None` when the address has one.
///
/// # Errors
/// The database refused.
pub async fn create(tx: &mut PlatformTx, ctx: &Ctx, new: &NewOperator) -> Result<Option<OperatorId>, DbError> {
    let id: OperatorId = ctx.new_id();
    let is_new = store::insert_operator(tx, id, new, ctx.now()).await?;
    Ok(is_new.then_some(id))
}

/// Finds the living session of a token.
///
/// # Errors
/// The database refused.
pub async fn find_session(
    tx: &mut PlatformTx,
    ctx: &Ctx,
    token: &SessionToken,
) -> Result<Option<OperatorSession>, DbError> {
    store::find_session(tx, token.hash(), ctx.now()).await
}

/// Finds the mail addresses of operators, for histories.
///
/// # Errors
/// The database refused.
pub async fn find_emails(
    tx: &mut PlatformTx,
    operators: &[OperatorId],
) -> Result<HashMap<OperatorId, String>, DbError> {
    store::find_emails(tx, operators).await
}

/// Forgets tallies of attempts that count no more, and sessions that are over; some of them at a time.
///
/// # Errors
/// The database refused.
pub async fn sweep(tx: &mut PlatformTx, now: Timestamp) -> Result<u64, DbError> {
    let tallies = store::delete_tallies(tx, forgotten_before(now), SWEEP_LIMIT).await?;
    let sessions = store::delete_expired_sessions(tx, now).await?;
    Ok(tallies.saturating_add(sessions))
}

/// Ends the session of this token; nothing happens when there is none.
///
/// # Errors
/// The database refused.
pub async fn log_out(tx: &mut PlatformTx, token: &SessionToken) -> Result<(), DbError> {
    store::delete_session(tx, token.hash()).await
}
