//! Gives and takes roles by hand, as far as no directory looks after the person.

use bilten_kernel::{AccountId, Ctx, MembershipId};
use bilten_tenancy::{
    DbError, TenantTx,
    permissions::{self, Grant, Membership, MembershipError, Place},
};

use crate::scim;

/// Why a role is neither given nor taken by hand.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The directory says what the person holds in the whole tenant.
    #[error("the directory looks after this person")]
    Managed,
    /// The role cannot be given or taken.
    #[error("the role cannot be given or taken")]
    Role(#[from] MembershipError),
}

impl From<DbError> for RoleError {
    fn from(error: DbError) -> Self {
        Self::Role(error.into())
    }
}

/// Gives somebody a role. Roles in the whole tenant of people whom a directory looks after are given by the directory; those
/// for one organizer or event are given here.
///
/// # Errors
/// See [`RoleError`].
pub async fn give_role(
    tx: &mut TenantTx,
    ctx: &Ctx,
    account: AccountId,
    grant: &Grant,
) -> Result<MembershipId, RoleError> {
    if grant.place == Place::Tenant && scim::is_managed(tx, ctx, account).await? {
        return Err(RoleError::Managed);
    }
    Ok(permissions::give(tx, ctx, account, grant).await?)
}

/// Takes a role from somebody. What a directory gives is taken by it alone.
///
/// # Errors
/// See [`RoleError`]; nothing must be committed then.
pub async fn take_role(tx: &mut TenantTx, ctx: &Ctx, id: MembershipId) -> Result<Membership, RoleError> {
    let taken = permissions::withdraw(tx, ctx, id).await?;
    if taken.source.is_some() && scim::is_managed(tx, ctx, taken.account).await? {
        return Err(RoleError::Managed);
    }
    Ok(taken)
}
