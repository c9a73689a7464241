//! Roles by name: built in, or made by the tenant.

use std::{collections::BTreeMap, fmt, str::FromStr};

use bilten_kernel::{IdError, OwnRoleId};

use super::{PermissionSet, Role, own_store};
use crate::{DbError, TenantTx};

/// Names a role of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoleName {
    /// One that every tenant has.
    BuiltIn(Role),
    /// One that the tenant has made.
    Own(OwnRoleId),
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => role.fmt(f),
            Self::Own(id) => id.fmt(f),
        }
    }
}

impl FromStr for RoleName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match Role::find(text) {
            Some(role) => Ok(Self::BuiltIn(role)),
            None => text.parse().map(Self::Own),
        }
    }
}

/// Returns what a role holds; `None` when the tenant has no such role.
pub(super) async fn permissions_of(tx: &mut TenantTx, role: RoleName) -> Result<Option<PermissionSet>, DbError> {
    match role {
        RoleName::BuiltIn(role) => Ok(Some(role.permissions())),
        RoleName::Own(id) => Ok(own_store::find(tx, id).await?.map(|role| role.permissions)),
    }
}

/// Returns what each role of the tenant holds, the built-in ones included.
///
/// # Errors
/// The database refused.
pub async fn all_roles(tx: &mut TenantTx) -> Result<BTreeMap<RoleName, PermissionSet>, DbError> {
    let own = own_store::list(tx).await?;
    let own = own.into_iter().map(|role| (RoleName::Own(role.id), role.permissions));
    let built_in = Role::ALL.map(|role| (RoleName::BuiltIn(role), role.permissions()));
    Ok(built_in.into_iter().chain(own).collect())
}
