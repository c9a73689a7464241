//! Keys of programs.
//!
//! A key belongs to one tenant and carries scopes; it is shown once, when it is made, and kept as
//! a SHA-256 hash: 160 random bits need no slow hash. `tk_live_` lets secret scanners find keys
//! that leaked, and the checksum lets us refuse a mistyped one without asking the database.

mod finder;
mod store;
mod token;

pub use finder::ApiKeyFinder;
pub use token::ApiKeyToken;

use bilten_kernel::{ApiKeyId, ApiScopes, Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

/// A key without its secret.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Identifies the key.
    pub id: ApiKeyId,
    /// Name that its maker gave it.
    pub name: String,
    /// What it may be used for.
    pub scopes: ApiScopes,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Makes a key and returns it with its secret, which cannot be read again.
///
/// # Errors
/// The database refused.
pub async fn create(
    tx: &mut TenantTx,
    ctx: &Ctx,
    name: &str,
    scopes: ApiScopes,
) -> Result<(ApiKey, ApiKeyToken), DbError> {
    let token = ApiKeyToken::from_random(ctx.random());
    let key = ApiKey {
        id: ctx.new_id(),
        name: name.to_owned(),
        scopes,
        created_at: ctx.now(),
    };
    store::insert(tx, &key, token.hash()).await?;
    record(tx, ctx, key.id, "api_key.created").await?;
    Ok((key, token))
}

/// Finds the living key of a token in this tenant.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, token: &ApiKeyToken) -> Result<Option<ApiKey>, DbError> {
    Ok(store::find_many(tx, &[token.hash()]).await?.remove(&token.hash()))
}

/// Lists living keys, newest first, at most 100.
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

async fn record(tx: &mut TenantTx, ctx: &Ctx, id: ApiKeyId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: id.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
