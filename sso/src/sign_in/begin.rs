//! Begins a log-in, and takes it up again when the browser comes back.

use bilten_kernel::{AccountId, Ctx, SsoConnectionId};
use bilten_tenancy::{DbError, TenantTx};
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;

use super::{Browser, store};
use crate::{Check, token::TokenHash};

/// A log-in that takes longer is begun again.
const TTL: SignedDuration = SignedDuration::from_mins(10);

/// Why somebody is sent to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be let in.
    LogIn,
    /// To see whether the connection works; ties the tester's account to it as well.
    Test(AccountId),
    /// To tie the account of somebody who is logged in to his identity there: both are proved then.
    Link(AccountId),
}

impl Purpose {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Test(_) => "test",
            Self::Link(_) => "link",
        }
    }

    /// Who asks, if he is logged in.
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::LogIn => None,
            Self::Test(account) | Self::Link(account) => Some(account),
        }
    }

    pub(super) fn from_row(name: &str, account: Option<AccountId>) -> Self {
        match (name, account) {
            ("test", Some(account)) => Self::Test(account),
            ("link", Some(account)) => Self::Link(account),
            _ => Self::LogIn,
        }
    }
}

/// A log-in that is to begin.
#[derive(Debug)]
pub struct Begin<'a> {
    /// Where.
    pub connection: SsoConnectionId,
    /// What for.
    pub purpose: Purpose,
    /// Which browser.
    pub browser: &'a Browser,
    /// Where to go afterwards; checked by whoever read it.
    pub next: Option<&'a str>,
}

/// A log-in that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// What for.
    pub purpose: Purpose,
    /// Where to go afterwards.
    pub next: Option<String>,
}

/// Notes a log-in; returns its state, which goes with the browser.
///
/// # Errors
/// The database refused.
pub async fn begin(tx: &mut TenantTx, ctx: &Ctx, begin: &Begin<'_>) -> Result<String, DbError> {
    let state = BASE64URL_NOPAD.encode(&ctx.random::<32>());
    let expires_at = ctx.now().checked_add(TTL).unwrap_or(ctx.now());
    store::insert_pending(tx, begin, &TokenHash::of(&state), (ctx.now(), expires_at)).await?;
    Ok(state)
}

/// Finds a log-in that waits for its answer, whoever asks: nothing is taken up.
///
/// # Errors
/// The database refused.
pub async fn waits(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    state: &str,
) -> Result<Option<Pending>, DbError> {
    let found = store::find_pending(tx, connection, &TokenHash::of(state), ctx.now()).await?;
    Ok(found.map(|found| found.pending))
}

/// Takes a log-in up: it cannot be taken up again. In another browser it is left as it was, so that a stranger who sees the
/// state cannot use it up.
///
/// # Errors
/// [`Check::State`] or [`Check::Browser`]; the outer error is the database's.
pub async fn take(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    (state, browser): (&str, Option<&Browser>),
) -> Result<Result<Pending, Check>, DbError> {
    let hash = TokenHash::of(state);
    let Some(found) = store::find_pending(tx, connection, &hash, ctx.now()).await? else {
        return Ok(Err(Check::State));
    };
    if browser.is_none_or(|browser| browser.hash() != found.browser) {
        return Ok(Err(Check::Browser));
    }
    // Of two answers at the same moment one deletes the row.
    if store::delete_pending(tx, &hash).await? {
        Ok(Ok(found.pending))
    } else {
        Ok(Err(Check::State))
    }
}
