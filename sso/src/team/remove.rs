//! Removes somebody from the staff.

use bilten_kernel::{AccountId, Actor, Ctx};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    permissions::{self, MembershipError},
};
use serde_json::json;

use super::store;
use crate::{accounts, api_keys, scim};

/// Why nobody is removed.
#[derive(Debug, thiserror::Error)]
pub enum RemoveError {
    /// No such account, or it holds no role.
    #[error("nobody of the staff")]
    Unknown,
    /// A directory looks after him, and ends what he has here.
    #[error("the directory looks after this person")]
    Managed,
    /// One of his roles cannot be taken.
    #[error("a role cannot be taken")]
    Role(#[from] MembershipError),
    /// The database refused.
    #[error("could not remove the member")]
    Db(#[from] DbError),
}

/// Takes every role of an account, ends its sessions, revokes the keys that it made and the invitations that it sent or has, and
/// refuses further log-ins.
///
/// # Errors
/// See [`RemoveError`].
pub async fn remove(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), RemoveError> {
    if ctx.actor == Actor::Staff(account) {
        return Err(MembershipError::Own.into());
    }
    if permissions::list_memberships(tx, account).await?.is_empty() {
        return Err(RemoveError::Unknown);
    }
    if scim::is_managed(tx, ctx, account).await? {
        return Err(RemoveError::Managed);
    }
    depart(tx, ctx, account).await?;
    Ok(())
}

/// What [`remove`] does, also to somebody who holds no role.
pub(crate) async fn depart(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), MembershipError> {
    // Nobody gives him a role, and he makes no key, while he is being removed.
    permissions::bump(tx, ctx).await?;
    for membership in permissions::list_memberships(tx, account).await? {
        permissions::withdraw(tx, ctx, membership.id).await?;
    }
    let keys = api_keys::revoke_all_of(tx, ctx, account).await?;
    let invitations = store::revoke_all_of(tx, account, ctx.now()).await?;
    accounts::disable(tx, ctx, account).await?;
    let entry = audit::Entry {
        action: "member.removed",
        object: account.to_string(),
        details: json!({ "keys": keys, "invitations": invitations }),
    };
    audit::record(tx, ctx, entry).await?;
    Ok(())
}
