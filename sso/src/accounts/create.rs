//! Makes an account.

use bilten_kernel::{AccountId, Ctx, Email, PersonName};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store;
use crate::passwords::PasswordHash;

/// What a new account is made of. The password is hashed before the transaction begins.
#[derive(Debug)]
pub struct NewAccount {
    /// Mail address; the log-in name.
    pub email: Email,
    /// Name of the person.
    pub name: PersonName,
    /// From [`crate::passwords::Passwords::hash`].
    pub password_hash: PasswordHash,
}

/// Failure to make an account.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The tenant has an account with this address.
    #[error("the address has an account")]
    EmailTaken,
    /// The database refused.
    #[error("could not make the account")]
    Db(#[from] DbError),
}

/// Makes an account without any role.
///
/// # Errors
/// See [`CreateError`].
pub async fn create(tx: &mut TenantTx, ctx: &Ctx, new: &NewAccount) -> Result<AccountId, CreateError> {
    let id: AccountId = ctx.new_id();
    if !store::insert(tx, id, new, ctx.now()).await? {
        return Err(CreateError::EmailTaken);
    }
    let entry = audit::Entry {
        action: "account.created",
        object: id.to_string(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(id)
}
