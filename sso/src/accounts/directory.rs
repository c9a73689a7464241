//! What a directory of the tenant says of an account.

use bilten_kernel::{AccountId, Ctx, Email, PersonName};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::store;
use crate::passwords::PasswordHash;

/// Says who somebody is, as his directory does. Returns whether it was done; it is not when another account has the address.
pub(crate) async fn describe(
    tx: &mut TenantTx,
    account: AccountId,
    person: (&Email, &PersonName),
) -> Result<bool, DbError> {
    store::update_person(tx, account, person).await
}

/// Lets somebody log in again who was refused; the password of before opens nothing.
pub(crate) async fn enable(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), DbError> {
    if store::update_enabled(tx, account, &PasswordHash::of_nothing()).await? {
        let entry = audit::Entry {
            action: "account.enabled",
            object: account.to_string(),
            details: json!({}),
        };
        audit::record(tx, ctx, entry).await?;
    }
    Ok(())
}
