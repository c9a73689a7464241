//! Sessions of staff, kept on the server.
//!
//! A session lives 12 hours without use and 7 days at most, belongs to one tenant by its row,
//! and dies with a log-out, a new log-in in the same browser, a change of password or the
//! disabling of its account. A token is never reused: log-in always makes a new one.

mod end_by_hash;
mod find;
mod session;
mod store;

pub(crate) use end_by_hash::end_by_hash;
pub use find::find;
pub use session::{MAX_AGE, MAX_IDLE, Session, SessionInfo};

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx};

use crate::{CsrfToken, SessionToken, TokenHash, login::NewSession};

/// Begins a session for an account that has proved who it is.
pub(crate) async fn start(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<NewSession, DbError> {
    let session = NewSession {
        token: SessionToken::from_random(ctx.random()),
        csrf: CsrfToken::from_random(ctx.random()),
        expires_at: session::end_of_life(ctx.now()),
    };
    store::delete_dead(tx, account, ctx.now()).await?;
    store::insert(tx, account, &session, ctx.now()).await?;
    Ok(session)
}

/// Ends the session of this token; nothing happens when there is none.
///
/// # Errors
/// The database refused.
pub async fn end(tx: &mut TenantTx, token: &SessionToken) -> Result<(), DbError> {
    store::delete(tx, token.hash()).await
}

/// Lists the living sessions of an account, newest first, at most 100.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<Vec<SessionInfo>, DbError> {
    store::list(tx, account, ctx.now()).await
}

/// Ends one session of an account from its list. Returns whether there was one.
///
/// # Errors
/// The database refused.
pub async fn revoke(tx: &mut TenantTx, account: AccountId, session: TokenHash) -> Result<bool, DbError> {
    store::delete_of_account(tx, account, session).await
}

/// Removes sessions that are over; returns how many. May run twice.
///
/// # Errors
/// The database refused.
pub async fn sweep(tx: &mut TenantTx, ctx: &Ctx) -> Result<u64, DbError> {
    store::delete_all_dead(tx, ctx.now()).await
}

/// Ends every session of an account, except one if given.
///
/// # Errors
/// The database refused.
pub async fn end_all(tx: &mut TenantTx, account: AccountId, except: Option<&SessionToken>) -> Result<(), DbError> {
    store::delete_all(tx, account, except.map(SessionToken::hash)).await
}
