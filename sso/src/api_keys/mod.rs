//! Keys of programs.
//!
//! A key belongs to one tenant and carries scopes; it is shown once, when it is made, and kept as
//! a SHA-256 hash: 160 random bits need no slow hash. `blt_live_` lets secret scanners find keys
//! that leaked, and the checksum lets us refuse a mistyped one without asking the database.
//!
//! A key that a member of the staff made holds no more than he does: each look-up drops the scopes of which he lacks
//! anything by now. It may have an end, and networks outside of which it is not taken (`api` asks). Rotating makes a
//! second key in its place; both count until the old one ends.

mod finder;
mod make;
mod networks;
mod store;
mod token;

pub use finder::ApiKeyFinder;
pub use make::{KeyError, NewKey, OVERLAP, make, may_have, rotate};
pub use networks::Networks;
pub use token::ApiKeyToken;

use bilten_kernel::{AccountId, ApiKeyId, ApiScopes, Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

/// A key without its secret.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Identifies the key.
    pub id: ApiKeyId,
    /// Name that its maker gave it.
    pub name: String,
    /// What it may be used for: what it was made with, or what its maker still holds of that.
    pub scopes: ApiScopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it; `None` is a key of the installation.
    pub created_by: Option<AccountId>,
    /// From then on it is nobody's.
    pub expires_at: Option<Timestamp>,
    /// From where it is taken.
    pub networks: Networks,
    /// Last use, within a minute.
    pub last_used_at: Option<Timestamp>,
    /// The key that takes its place.
    pub replaced_by: Option<ApiKeyId>,
}

impl ApiKey {
    /// Tells whether it counts at that moment.
    pub fn is_alive_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// Makes a key of the installation, which has what its scopes say, and returns it with its secret, which cannot be read
/// again.
///
/// # Errors
/// The database refused.
pub async fn create(
    tx: &mut TenantTx,
    ctx: &Ctx,
    name: &str,
    scopes: ApiScopes,
) -> Result<(ApiKey, ApiKeyToken), DbError> {
    make::insert(tx, ctx, None, &NewKey::bare(name, scopes)).await
}

/// Finds the living key of a token in this tenant, with the scopes that it was made with.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, token: &ApiKeyToken) -> Result<Option<ApiKey>, DbError> {
    Ok(store::find_many(tx, &[token.hash()]).await?.remove(&token.hash()))
}

/// Lists keys that are not revoked, newest first, at most 100.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<ApiKey>, DbError> {
    store::list(tx).await
}

/// Revokes a key; within a second ([`ApiKeyFinder`]) requests with it are nobody's. Returns whether there was a living one.
///
/// # Errors
/// The database refused.
pub async fn revoke(tx: &mut TenantTx, ctx: &Ctx, id: ApiKeyId) -> Result<bool, DbError> {
    let is_revoked = store::revoke(tx, id, ctx.now()).await?;
    if is_revoked {
        record(tx, ctx, id, "api_key.revoked").await?;
    }
    Ok(is_revoked)
}

/// Revokes every key that an account made; returns how many.
pub(crate) async fn revoke_all_of(tx: &mut TenantTx, ctx: &Ctx, maker: AccountId) -> Result<usize, DbError> {
    let revoked = store::revoke_all_of(tx, maker, ctx.now()).await?;
    for id in &revoked {
        record(tx, ctx, *id, "api_key.revoked").await?;
    }
    Ok(revoked.len())
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, id: ApiKeyId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: id.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
