//! Lets somebody in whom a provider vouches for, and ends his sessions when it says so.

use bilten_kernel::{AccountId, Actor, Ctx, SsoConnectionId};
use bilten_tenancy::{DbError, TenantTx, audit, permissions::MembershipError};
use jiff::SignedDuration;
use serde_json::json;

use super::{Pending, Purpose, admit, store};
use crate::{
    Check, accounts,
    connections::{self, Connection, ConnectionState},
    login::{Browser, NewSession},
    oidc::{LogoutToken, Verified, obey_within},
    saml::{self, LogoutRequest},
    sessions,
    token::TokenHash,
};

/// What came of it.
#[derive(Debug)]
pub enum Finished {
    /// Somebody is in.
    LoggedIn(AccountId, NewSession),
    /// The connection works; the tester's account is tied to it.
    Tested(AccountId),
    /// The account is tied to its identity.
    Linked(AccountId),
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// A check failed.
    #[error("{0}")]
    Refused(Check),
    /// The database refused.
    #[error("could not finish the log-in")]
    Db(#[from] DbError),
}

impl From<Check> for FinishError {
    fn from(check: Check) -> Self {
        Self::Refused(check)
    }
}

/// Ends a log-in that has passed every check of the protocol.
///
/// # Errors
/// See [`FinishError`]; nothing must be committed then.
pub async fn finish(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: &Connection,
    (pending, person): (&Pending, &Verified),
    browser: &Browser,
) -> Result<Finished, FinishError> {
    let known = store::find_identity(tx, connection.id, person).await?;
    match pending.purpose {
        Purpose::LogIn => {
            if connection.state != ConnectionState::Active {
                return Err(Check::ConnectionState.into());
            }
            let account = match known {
                Some(account) => account,
                None => admit::admit(tx, ctx, connection, person).await?,
            };
            let found = accounts::find(tx, account).await?;
            if found.is_none_or(|found| found.is_disabled) {
                return Err(Check::Disabled.into());
            }
            admit::apply_roles(tx, ctx, connection, (account, person)).await?;
            store::touch_identity(tx, connection.id, person, ctx.now()).await?;
            let session = start(tx, ctx, connection.id, (account, person), browser).await?;
            Ok(Finished::LoggedIn(account, session))
        }
        Purpose::Test(account) => {
            tie(tx, ctx, connection.id, (account, known, person)).await?;
            if !connections::mark_tested(tx, ctx, connection).await? {
                return Err(Check::ConnectionState.into());
            }
            record(tx, ctx, "sso_connection.tested", (connection.id, account)).await?;
            Ok(Finished::Tested(account))
        }
        Purpose::Link(account) => {
            if connection.state != ConnectionState::Active {
                return Err(Check::ConnectionState.into());
            }
            tie(tx, ctx, connection.id, (account, known, person)).await?;
            Ok(Finished::Linked(account))
        }
    }
}

/// Obeys a logout token: ends the sessions that it names. Returns how many; none when it was obeyed before is an error.
///
/// # Errors
/// [`Check::Replay`], or the database refused.
pub async fn log_out(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    token: &LogoutToken,
) -> Result<usize, FinishError> {
    let until = ctx.now().checked_add(obey_within()).unwrap_or(ctx.now());
    if !store::insert_logout(tx, connection, &TokenHash::of(&token.jti), until).await? {
        return Err(Check::Replay.into());
    }
    let ended = store::delete_ties(tx, connection, token).await?;
    sessions::end_by_hash(tx, &ended).await?;
    let entry = audit::Entry {
        action: "sso_connection.logged_out",
        object: connection.to_string(),
        details: json!({ "sessions": ended.len() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(ended.len())
}

/// Obeys a request to log out that a SAML provider signed: ends the sessions of the person that it names, of this connection
/// alone. Returns how many.
///
/// # Errors
/// [`Check::Replay`], or the database refused.
pub async fn log_out_saml(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    request: &LogoutRequest,
) -> Result<usize, FinishError> {
    let until = ctx.now().checked_add(saml::obey_within()).unwrap_or(ctx.now());
    if !store::insert_logout(tx, connection, &TokenHash::of(&request.id), until).await? {
        return Err(Check::Replay.into());
    }
    let ended = store::delete_saml_ties(tx, connection, request).await?;
    sessions::end_by_hash(tx, &ended).await?;
    let entry = audit::Entry {
        action: "sso_connection.logged_out",
        object: connection.to_string(),
        details: json!({ "sessions": ended.len() }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(ended.len())
}

/// Forgets who was known by a connection; sessions that began there go on until they end.
///
/// # Errors
/// The database refused.
pub async fn forget_identities(tx: &mut TenantTx, connection: SsoConnectionId) -> Result<(), DbError> {
    store::delete_identities(tx, connection).await
}

/// Both are proved: the account by its session, the identity by the provider.
async fn tie(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    (account, known, person): (AccountId, Option<AccountId>, &Verified),
) -> Result<(), FinishError> {
    match known {
        Some(other) if other != account => Err(Check::TiedElsewhere.into()),
        Some(_) => {
            store::touch_identity(tx, connection, person, ctx.now()).await?;
            Ok(())
        }
        None => {
            store::insert_identity(tx, connection, (account, person), ctx.now()).await?;
            record(tx, ctx, "account.tied", (connection, account)).await?;
            Ok(())
        }
    }
}

async fn start(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    (account, person): (AccountId, &Verified),
    browser: &Browser,
) -> Result<NewSession, DbError> {
    let ctx = ctx.clone().with_actor(Actor::Staff(account));
    if let Some(former) = &browser.former {
        sessions::end(tx, former).await?;
    }
    let session = sessions::start(tx, &ctx, account, &browser.client).await?;
    if let Some(until) = person.until {
        sessions::shorten(tx, &session.token, until).await?;
    }
    store::insert_session(tx, connection, (&session.token.hash(), person), ctx.now()).await?;
    record(tx, &ctx, "account.logged_in", (connection, account)).await?;
    Ok(session)
}

async fn record(
    tx: &mut TenantTx,
    ctx: &Ctx,
    action: &str,
    (connection, account): (SsoConnectionId, AccountId),
) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: account.to_string(),
        details: json!({ "connection": connection }),
    };
    audit::record(tx, ctx, entry).await
}

impl From<MembershipError> for FinishError {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::Db(error) => Self::Db(error),
            // The tenant would be left without an owner, or the role is no more: the roles stay as they are.
            MembershipError::Unknown
            | MembershipError::NoRole
            | MembershipError::LastOwner
            | MembershipError::TooManyOwners
            | MembershipError::Own
            | MembershipError::NotHeld(_)
            | MembershipError::WrongPlace
            | MembershipError::WrongEnd
            | MembershipError::OwnerEnds
            | MembershipError::Held => Self::Refused(Check::NoRole),
        }
    }
}

/// How long a tie to a session is kept at most: no session lives longer.
pub(super) const TIES_KEPT: SignedDuration = sessions::MAX_AGE;
