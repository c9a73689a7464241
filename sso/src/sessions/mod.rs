//! Sessions of staff, kept on the server.
//!
//! A session ends after some hours without use and after some days whatever happens, as its tenant says
//! ([`security::SessionLimits`]). It belongs to one tenant by its row, and dies with a log-out, a new log-in in the same browser, a
//! change of password or the disabling of its account. A token is never reused: log-in makes a new one, and a proof of
//! who one is ([`renew`]) changes it. Each request asks the database, so that what is over is over on every node.

mod client;
mod end_by_hash;
mod find;
mod session;
mod store;

pub use client::Client;
pub(crate) use end_by_hash::end_by_hash;
pub use find::find;
pub use session::{Session, SessionInfo};

use bilten_kernel::{AccountId, Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use crate::{CsrfToken, SessionToken, TokenHash, login::NewSession, security, sign_in};

/// No session lives longer, whatever a tenant sets.
pub(crate) const MAX_AGE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Begins a session for an account that has proved who it is.
pub(crate) async fn start(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    client: &Client,
) -> Result<NewSession, DbError> {
    let limits = security::limits(tx).await?;
    let session = NewSession {
        token: SessionToken::from_random(ctx.random()),
        csrf: CsrfToken::from_random(ctx.random()),
        expires_at: limits.end_of_life(ctx.now()),
    };
    store::delete_dead(tx, account, ctx.now(), limits).await?;
    store::insert(tx, account, (&session, client), ctx.now()).await?;
    Ok(session)
}

/// Notes that the owner of a session has proved anew who he is, and changes its token. Forms of its other pages stay good.
/// `None` when the session is gone.
///
/// # Errors
/// The database refused.
pub async fn renew(tx: &mut TenantTx, ctx: &Ctx, token: &SessionToken) -> Result<Option<NewSession>, DbError> {
    let fresh = SessionToken::from_random(ctx.random());
    let kept = store::update_proved(tx, (token.hash(), fresh.hash()), ctx.now()).await?;
    // The identity provider at which it began can still end it.
    sign_in::move_tie(tx, token.hash(), fresh.hash()).await?;
    Ok(kept.map(|(csrf, expires_at)| NewSession {
        token: fresh,
        csrf,
        expires_at,
    }))
}

/// Ends the session of this token; nothing happens when there is none.
///
/// # Errors
/// The database refused.
pub async fn end(tx: &mut TenantTx, token: &SessionToken) -> Result<(), DbError> {
    store::delete(tx, token.hash()).await
}

/// Brings a session's end forward, to when the session at the identity provider is over.
pub(crate) async fn shorten(tx: &mut TenantTx, token: &SessionToken, until: Timestamp) -> Result<(), DbError> {
    store::update_end(tx, token.hash(), until).await
}

/// Lists the living sessions of an account, the last used first, at most 100.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<Vec<SessionInfo>, DbError> {
    let limits = security::limits(tx).await?;
    store::list(tx, account, ctx.now(), limits).await
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
    let limits = security::limits(tx).await?;
    store::delete_all_dead(tx, ctx.now(), limits).await
}

/// Ends every session of an account, except one if given; returns how many.
///
/// # Errors
/// The database refused.
pub async fn end_all(tx: &mut TenantTx, account: AccountId, except: Option<&SessionToken>) -> Result<u64, DbError> {
    store::delete_all(tx, account, except.map(SessionToken::hash)).await
}

/// Finds where a living session was begun.
///
/// # Errors
/// The database refused.
pub async fn find_client(tx: &mut TenantTx, session: TokenHash) -> Result<Option<Client>, DbError> {
    store::find_client(tx, session).await
}
