//! Makes an account of somebody who logs in elsewhere.

use bilten_kernel::{AccountId, Ctx, Email, PersonName};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{NewAccount, store};
use crate::passwords::PasswordHash;

/// Makes an account that no password opens; `None` when the tenant has one with this address.
pub(crate) async fn create_without_password(
    tx: &mut TenantTx,
    ctx: &Ctx,
    email: &Email,
    name: &PersonName,
) -> Result<Option<AccountId>, DbError> {
    let id: AccountId = ctx.new_id();
    let new = NewAccount {
        email: email.clone(),
        name: name.clone(),
        password_hash: PasswordHash::of_nothing(),
    };
    if !store::insert(tx, id, &new, ctx.now()).await? {
        return Ok(None);
    }
    let entry = audit::Entry {
        action: "account.created",
        object: id.to_string(),
        details: json!({ "by": "identity_provider" }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(Some(id))
}
