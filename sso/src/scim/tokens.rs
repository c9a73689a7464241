//! Tokens of directories: made by somebody who holds everything, at most two alive, so that one can be put in the other's place.
//!
//! Whoever has a token changes who somebody is: with less than everything one could make oneself whom one likes.

use bilten_kernel::{Actor, Ctx, ScimTokenId, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    permissions::{self, PermissionSet, Place},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{store, token::ScimToken};

/// Tokens that live at once.
pub const MAX_LIVE: usize = 2;
/// Use is noted at most this often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A token without its secret.
#[derive(Debug, Clone)]
pub struct Token {
    /// Identifies it.
    pub id: ScimTokenId,
    /// Name that its maker gave it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From then on it is nobody's.
    pub expires_at: Option<Timestamp>,
    /// Last use, within a minute.
    pub last_used_at: Option<Timestamp>,
}

impl Token {
    /// Tells whether it counts at that moment.
    pub fn is_alive_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// Why a token is not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The maker does not hold everything.
    #[error("only an owner makes a token")]
    NotHeld,
    /// The name has not 1 to 60 characters.
    #[error("the name has 1 to 60 characters")]
    Name,
    /// The end lies behind.
    #[error("the end lies behind")]
    WrongEnd,
    /// Two live.
    #[error("two tokens live")]
    TooMany,
    /// The database refused.
    #[error("could not make the token")]
    Db(#[from] DbError),
}

/// Makes a token, and returns it with its secret, which cannot be read again.
///
/// # Errors
/// See [`TokenError`].
pub async fn make(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (name, expires_at): (&str, Option<Timestamp>),
) -> Result<(Token, ScimToken), TokenError> {
    // Two who make one at the same moment wait for one another.
    permissions::bump(tx, ctx).await?;
    let rights = permissions::rights(tx, ctx).await?;
    if !rights.held_in(Place::Tenant).includes(PermissionSet::all()) {
        return Err(TokenError::NotHeld);
    }
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(TokenError::Name);
    }
    if expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(TokenError::WrongEnd);
    }
    if living(tx, ctx).await?.len() >= MAX_LIVE {
        return Err(TokenError::TooMany);
    }
    let token = Token {
        id: ctx.new_id(),
        name: name.to_owned(),
        created_at: ctx.now(),
        expires_at,
        last_used_at: None,
    };
    let secret = ScimToken::from_random(ctx.random());
    let maker = match ctx.actor {
        Actor::Staff(account) => Some(account),
        _ => None,
    };
    store::tokens::insert(tx, &token, (secret.hash(), maker)).await?;
    record(tx, ctx, token.id, "scim_token.created").await?;
    Ok((token, secret))
}

/// Finds the living token of this tenant with this secret, and notes its use.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, secret: &ScimToken, now: Timestamp) -> Result<Option<Token>, DbError> {
    let found = store::tokens::find(tx, secret.hash()).await?;
    let Some(token) = found.filter(|token| token.is_alive_at(now)) else {
        return Ok(None);
    };
    if token.last_used_at.is_none_or(|noted| noted + NOTED_EVERY <= now) {
        store::tokens::note_use(tx, token.id, now).await?;
    }
    Ok(Some(token))
}

/// Lists the tokens that are not ended by hand, oldest first; one that has expired is among them for a month.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Token>, DbError> {
    store::tokens::list(tx).await
}

/// Ends a token: the next request with it is nobody's, on every node. Returns whether there was one.
///
/// # Errors
/// The database refused.
pub async fn revoke(tx: &mut TenantTx, ctx: &Ctx, id: ScimTokenId) -> Result<bool, DbError> {
    let is_revoked = store::tokens::revoke(tx, id, ctx.now()).await?;
    if is_revoked {
        record(tx, ctx, id, "scim_token.revoked").await?;
    }
    Ok(is_revoked)
}

/// Lists the tokens that count now.
pub(super) async fn living(tx: &mut TenantTx, ctx: &Ctx) -> Result<Vec<Token>, DbError> {
    let all = store::tokens::list(tx).await?;
    Ok(all.into_iter().filter(|token| token.is_alive_at(ctx.now())).collect())
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, id: ScimTokenId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: id.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
