//! Why somebody may do something: the roles that bring it, where, and until when.
//!
//! The answer is read off the same rows as the policy is made of; a test asks both.

use std::collections::BTreeMap;

use bilten_kernel::Timestamp;

use super::{Membership, Permission, PermissionSet, RoleName};

/// Tells for each permission that the memberships of one account bring which of them bring it.
pub fn why<'a>(
    memberships: &'a [Membership],
    roles: &BTreeMap<RoleName, PermissionSet>,
    now: Timestamp,
) -> BTreeMap<Permission, Vec<&'a Membership>> {
    let mut found: BTreeMap<Permission, Vec<&Membership>> = BTreeMap::new();
    for membership in memberships.iter().filter(|m| m.is_alive_at(now)) {
        let holds = roles.get(&membership.role).copied().unwrap_or_default();
        for permission in holds.iter() {
            found.entry(permission).or_default().push(membership);
        }
    }
    found
}

/// Tells which memberships of all accounts bring a permission.
pub fn who<'a>(
    memberships: &'a [Membership],
    roles: &BTreeMap<RoleName, PermissionSet>,
    permission: Permission,
    now: Timestamp,
) -> Vec<&'a Membership> {
    let brings = |m: &&Membership| roles.get(&m.role).is_some_and(|holds| holds.contains(permission));
    memberships
        .iter()
        .filter(|m| m.is_alive_at(now))
        .filter(brings)
        .collect()
}

#[cfg(test)]
mod tests {
    use bilten_kernel::{AccountId, MembershipId};
    use uuid::Uuid;

    use super::*;
    use crate::permissions::{Place, Role};

    #[test]
    fn a_role_that_has_ended_explains_nothing() {
        let membership = |role, end: Option<i64>| Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(1)),
            account: AccountId::from_uuid(Uuid::from_u128(2)),
            role: RoleName::BuiltIn(role),
            place: Place::Tenant,
            expires_at: end.map(|s| Timestamp::from_second(s).unwrap()),
            granted_by: None,
            source: None,
            since: Timestamp::UNIX_EPOCH,
        };
        let all = [membership(Role::DoorStaff, None), membership(Role::Auditor, Some(10))];
        let roles = Role::ALL.map(|role| (RoleName::BuiltIn(role), role.permissions()));
        let roles = BTreeMap::from(roles);
        let at = |s| Timestamp::from_second(s).unwrap();
        assert!(why(&all, &roles, at(9)).contains_key(&Permission::AuditRead));
        assert!(!why(&all, &roles, at(10)).contains_key(&Permission::AuditRead));
        assert_eq!(why(&all, &roles, at(9))[&Permission::EventRead].len(), 2);
        assert_eq!(who(&all, &roles, Permission::EventRead, at(10)).len(), 1);
    }
}
