//! Changes of an account.

use bilten_kernel::{AccountId, Ctx, PersonName};
use bilten_tenancy::{Db, DbError, TenantTx, audit};
use serde_json::json;

use super::store;
use crate::{
    SessionToken,
    login::{self, LogInError, Proof},
    notices::{self, What},
    passwords::{NewPassword, PasswordHash, Passwords},
    scim, sessions,
};

/// What somebody who is logged in sends to get another password.
#[derive(Debug)]
pub struct ReplacePassword {
    /// Whose it is, with the present password.
    pub proof: Proof,
    /// The new one.
    pub new: NewPassword,
    /// Session that asks; it stays.
    pub asking: SessionToken,
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The present password is wrong, or guessed too often.
    #[error("the present password was not proved")]
    Proof(#[from] LogInError),
    /// The new password is one of those that are guessed first.
    #[error("the new password is easily guessed")]
    Guessable,
    /// The database refused.
    #[error("could not change the password")]
    Db(#[from] DbError),
}

/// Asks for the present password, looks whether the new one is good enough, and sets it. Every other session of the
/// account ends. Opens transactions of its own, because none may be held for the hashing.
///
/// # Errors
/// See [`ReplaceError`].
pub async fn replace_password(
    db: &Db,
    passwords: &Passwords,
    ctx: &Ctx,
    cmd: &ReplacePassword,
) -> Result<(), ReplaceError> {
    let account = login::prove(db, passwords, ctx, &cmd.proof).await?;
    if passwords.is_guessable(&cmd.new, account.words()).await {
        return Err(ReplaceError::Guessable);
    }
    let hash = passwords.hash(&cmd.new, ctx.random()).await;
    let mut tx = db.begin(ctx).await?;
    change_password(&mut tx, ctx, cmd.proof.account, &hash, Some(&cmd.asking)).await?;
    tx.commit().await?;
    Ok(())
}

/// Why a name stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// A directory says who the person is.
    #[error("the directory looks after this person")]
    Managed,
    /// The database refused.
    #[error("could not change the name")]
    Db(#[from] DbError),
}

/// Gives an account another name.
///
/// # Errors
/// See [`RenameError`].
pub async fn rename(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, name: &PersonName) -> Result<(), RenameError> {
    if scim::is_managed(tx, ctx, account).await? {
        return Err(RenameError::Managed);
    }
    store::update_name(tx, account, name).await?;
    Ok(record(tx, ctx, account, "account.renamed").await?)
}

/// Sets a new password, ends every session of the account but the one that asked for it, and tells the person.
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
    login::end_steps(tx, account).await?;
    notices::tell(tx, ctx, (account, What::PasswordChanged), None).await?;
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
