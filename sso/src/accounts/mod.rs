//! People of a tenant's staff.
//!
//! An account belongs to one tenant; the same person at two tenants has two accounts that know
//! nothing of each other. A disabled account keeps its history and loses its sessions.
//! Not here: roles (`bilten_tenancy::permissions`).

mod change;
mod create;
mod directory;
mod passwordless;
mod store;

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

pub use change::{RenameError, ReplaceError, ReplacePassword, change_password, disable, rename, replace_password};
pub use create::{CreateError, NewAccount, create};
pub(crate) use directory::{describe, enable};
pub(crate) use passwordless::create_without_password;

/// Somebody of the staff.
#[derive(Debug, Clone)]
pub struct Account {
    /// Identifies the account.
    pub id: AccountId,
    /// Mail address as it was given.
    pub email: String,
    /// Name of the person.
    pub name: String,
    /// Whether log-in is refused.
    pub is_disabled: bool,
}

/// What log-in needs to know of an account.
pub(crate) struct Credentials {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    pub password_hash: String,
}

/// Finds an account by mail address, however its letters are written.
///
/// # Errors
/// The database refused.
pub async fn find_by_email(tx: &mut TenantTx, email: &str) -> Result<Option<Account>, DbError> {
    store::find_by_email(tx, &crate::login::normalize(email)).await
}

/// Finds an account.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: AccountId) -> Result<Option<Account>, DbError> {
    store::find(tx, id).await
}

/// Finds what a password is compared with; a disabled account is not found.
pub(crate) async fn find_for_login(tx: &mut TenantTx, email_norm: &str) -> Result<Option<Credentials>, DbError> {
    store::find_credentials(tx, email_norm).await
}

/// The same for an account that is known already.
pub(crate) async fn find_credentials(tx: &mut TenantTx, id: AccountId) -> Result<Option<Credentials>, DbError> {
    store::find_credentials_of(tx, id).await
}

/// Notes a log-in; returns the one before.
pub(crate) async fn note_log_in(
    tx: &mut TenantTx,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    store::update_last_login(tx, id, now).await
}
