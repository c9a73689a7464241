//! Set of permissions as a bit mask: the compiled answer of a policy.

use super::{Permission, registry};

/// Set of permissions; asking it costs one instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// Holds nothing.
    pub const EMPTY: Self = Self(0);

    /// Holds every permission of the registry.
    pub fn all() -> Self {
        registry().iter().map(|entry| entry.permission).collect()
    }

    /// Tells whether the permission is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission.position()) != 0
    }

    /// Puts a permission in.
    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= 1 << permission.position();
    }

    /// Returns what is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Lists the permissions in the order of the registry.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        registry()
            .iter()
            .map(|entry| entry.permission)
            .filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::EMPTY;
        for permission in permissions {
            set.insert(permission);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let set: PermissionSet = [Permission::EventRead, Permission::AuditRead].into_iter().collect();
        let held: Vec<_> = set.iter().collect();
        assert_eq!(held, [Permission::EventRead, Permission::AuditRead]);
        assert!(!set.contains(Permission::TicketScan));
        assert_eq!(PermissionSet::all().iter().count(), registry().len());
    }
}
