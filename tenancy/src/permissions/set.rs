//! Set of permissions as a bit mask: the compiled answer of a policy.

use super::{Duty, Permission, registry};

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

    /// Returns what is in this set and not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns what is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Tells whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Tells whether all of the other set is in this one.
    pub const fn includes(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Returns the pairs of duties that should not be in one hand, and are.
    pub fn clashes(self) -> Vec<(Duty, Duty)> {
        let holds = |duty| self.iter().any(|permission| permission.entry().duty == Some(duty));
        Duty::CLASHES
            .into_iter()
            .filter(|(one, other)| holds(*one) && holds(*other))
            .collect()
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
        assert_eq!(
            held,
            [Permission::AuditRead, Permission::EventRead],
            "in the registry's order"
        );
        assert!(!set.contains(Permission::TicketScan));
        assert_eq!(PermissionSet::all().iter().count(), registry().len());
        assert!(PermissionSet::all().includes(set) && !set.includes(PermissionSet::all()));
        assert!(set.without(set).is_empty() && set.intersection(PermissionSet::all()) == set);
    }

    #[test]
    fn duties_that_clash_are_told() {
        let set: PermissionSet = [Permission::OrderCancel, Permission::OrderRefundApprove]
            .into_iter()
            .collect();
        assert_eq!(set.clashes(), [(Duty::Refunding, Duty::Approving)]);
        assert_eq!(PermissionSet::all().clashes(), Duty::CLASHES);
        assert!(PermissionSet::EMPTY.clashes().is_empty());
    }
}
