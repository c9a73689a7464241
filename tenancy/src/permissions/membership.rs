//! Which account holds which role, and where.

use bilten_kernel::{AccountId, Ctx, MembershipId, OrganizerId};
use serde_json::json;

use super::{Role, bump, store};
use crate::{DbError, TenantTx, audit};

/// A role of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Who holds it.
    pub account: AccountId,
    /// Name of the role.
    pub role: String,
    /// Where it is held; `None` means the whole tenant.
    pub organizer: Option<OrganizerId>,
}

/// Failure to change a membership.
#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    /// No such membership in this tenant.
    #[error("no such membership")]
    Unknown,
    /// A tenant always has somebody who may do everything.
    #[error("the last owner cannot lose the role")]
    LastOwner,
    /// The database refused.
    #[error("could not change the membership")]
    Db(#[from] DbError),
}

/// Gives an account a role, in the whole tenant or for one organizer.
///
/// # Errors
/// The database refused; also when account or organizer are not of this tenant.
pub async fn assign(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    role: Role,
    organizer: Option<OrganizerId>,
) -> Result<MembershipId, DbError> {
    let membership = Membership {
        id: ctx.new_id(),
        account,
        role: role.name().to_owned(),
        organizer,
    };
    store::insert_membership(tx, &membership, ctx.now()).await?;
    bump(tx, ctx).await?;
    record(tx, ctx, "membership.assigned", &membership).await?;
    Ok(membership.id)
}

/// Takes a role away; the next request of the account runs without it.
///
/// # Errors
/// See [`MembershipError`].
pub async fn withdraw(tx: &mut TenantTx, ctx: &Ctx, id: MembershipId) -> Result<(), MembershipError> {
    // Two owners who remove each other at the same moment wait for one another here.
    bump(tx, ctx).await?;
    let membership = store::delete_membership(tx, id)
        .await?
        .ok_or(MembershipError::Unknown)?;
    let was_owner = membership.role == Role::Owner.name() && membership.organizer.is_none();
    if was_owner && store::count_owners(tx).await? == 0 {
        return Err(MembershipError::LastOwner);
    }
    record(tx, ctx, "membership.withdrawn", &membership).await?;
    Ok(())
}

/// Lists the roles of one account, at most [`store::MAX_MEMBERSHIPS_OF_ACCOUNT`].
///
/// # Errors
/// The database refused.
pub async fn list_memberships(tx: &mut TenantTx, account: AccountId) -> Result<Vec<Membership>, DbError> {
    store::list_memberships(tx, account).await
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, action: &str, membership: &Membership) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: membership.account.to_string(),
        details: json!({ "role": membership.role, "organizer": membership.organizer }),
    };
    audit::record(tx, ctx, entry).await
}
