//! What one actor may do, and where.

use std::collections::BTreeMap;

use bilten_kernel::OrganizerId;

use super::{Permission, PermissionSet};

/// Where something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In the tenant as a whole.
    Tenant,
    /// On things of one organizer: his events and all that hangs on them.
    Organizer(OrganizerId),
    /// Somewhere at least; for pages that then show what is in [`Reach`].
    Anywhere,
}

/// How far a permission reaches; a list filters its SQL by it, before paging.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// Over everything in the tenant.
    #[default]
    All,
    /// Over these organizers; none at all when the list is empty.
    Organizers(Vec<OrganizerId>),
}

/// What one actor may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// Held in the whole tenant.
    whole: PermissionSet,
    /// Held for single organizers, what is held in the whole tenant included.
    organizers: BTreeMap<OrganizerId, PermissionSet>,
}

impl Rights {
    /// Builds rights from what is held in the whole tenant and for single organizers.
    pub(super) fn new(
        whole: PermissionSet,
        organizers: impl IntoIterator<Item = (OrganizerId, PermissionSet)>,
    ) -> Self {
        let organizers = organizers
            .into_iter()
            .map(|(organizer, held)| (organizer, whole.union(held)))
            .collect();
        Self { whole, organizers }
    }

    /// Tells whether the permission is held there.
    pub fn allows(&self, permission: Permission, scope: Scope) -> bool {
        match scope {
            Scope::Tenant => self.whole.contains(permission),
            Scope::Organizer(organizer) => self
                .organizers
                .get(&organizer)
                .unwrap_or(&self.whole)
                .contains(permission),
            Scope::Anywhere => {
                self.whole.contains(permission) || self.organizers.values().any(|set| set.contains(permission))
            }
        }
    }

    /// Tells how far the permission reaches.
    pub fn reach(&self, permission: Permission) -> Reach {
        if self.whole.contains(permission) {
            return Reach::All;
        }
        let organizers = self.organizers.iter().filter(|(_, set)| set.contains(permission));
        Reach::Organizers(organizers.map(|(organizer, _)| *organizer).collect())
    }
}

impl Reach {
    /// Returns the organizers as a bound parameter: `None` means no filter.
    ///
    /// Used as `where ($1::uuid[] is null or organizer_id = any($1))`.
    pub fn uuids(&self) -> Option<Vec<uuid::Uuid>> {
        match self {
            Self::All => None,
            Self::Organizers(list) => Some(list.iter().map(|organizer| organizer.uuid()).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn reach_is_all_some_or_nothing() {
        let one = OrganizerId::from_uuid(Uuid::from_u128(1));
        let read: PermissionSet = [Permission::EventRead].into_iter().collect();
        assert_eq!(Rights::new(read, []).reach(Permission::EventRead), Reach::All);
        let scoped = Rights::new(PermissionSet::EMPTY, [(one, read)]);
        assert_eq!(scoped.reach(Permission::EventRead), Reach::Organizers(vec![one]));
        assert_eq!(scoped.reach(Permission::AuditRead).uuids(), Some(vec![]));
    }

    #[test]
    fn rights_in_the_whole_tenant_count_for_each_organizer() {
        let one = OrganizerId::from_uuid(Uuid::from_u128(1));
        let read: PermissionSet = [Permission::EventRead].into_iter().collect();
        let scan: PermissionSet = [Permission::TicketScan].into_iter().collect();
        let rights = Rights::new(read, [(one, scan)]);
        assert!(rights.allows(Permission::EventRead, Scope::Organizer(one)));
        assert!(rights.allows(Permission::TicketScan, Scope::Organizer(one)));
        assert!(!rights.allows(Permission::TicketScan, Scope::Tenant));
    }
}
