//! Lists the team.

use std::collections::BTreeMap;

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    permissions::{self, Membership},
};

use super::store;

/// Somebody of the team.
#[derive(Debug, Clone)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// Mail address.
    pub email: String,
    /// Name of the person.
    pub name: String,
    /// Last request of a session that lives, within a minute.
    pub last_seen_at: Option<Timestamp>,
    /// What he holds, what has ended included.
    pub memberships: Vec<Membership>,
}

/// Lists who holds a role, or held one that has ended, by name.
///
/// # Errors
/// The database refused.
pub async fn list_members(tx: &mut TenantTx) -> Result<Vec<Member>, DbError> {
    let mut held: BTreeMap<AccountId, Vec<Membership>> = BTreeMap::new();
    for membership in permissions::list_all_memberships(tx).await? {
        held.entry(membership.account).or_default().push(membership);
    }
    let ids: Vec<AccountId> = held.keys().copied().collect();
    let mut members = store::list_people(tx, &ids).await?;
    for member in &mut members {
        member.memberships = held.remove(&member.account).unwrap_or_default();
    }
    Ok(members)
}
