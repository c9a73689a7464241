//! Changes of an account that end its sessions.

use bilten_kernel::{AccountId, Ctx};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store;
use crate::{SessionToken, passwords::PasswordHash, sessions};

/// Sets a new password and ends every session of the account but the one that asked for it.
///
/// # Errors
/// The database refused.
pub async fn change_password(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    password_hash: &PasswordHash,
    asking: Option<&SessionToken>,
) -> Result<(), DbError> {
    store::update_password(tx, account, password_hash).await?;
    sessions::end_all(tx, account, asking).await?;
    record(tx, ctx, account, "account.password_changed").await
}

/// Refuses further log-ins and ends every session.
///
/// # Errors
/// The database refused.
pub async fn disable(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), DbError> {
    store::update_disabled(tx, account, ctx.now()).await?;
    sessions::end_all(tx, account, None).await?;
    record(tx, ctx, account, "account.disabled").await
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: account.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
