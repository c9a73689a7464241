//! What one actor may do, and where.

use std::collections::BTreeMap;

use bilten_kernel::{EventId, OrganizerId};

use super::{Permission, PermissionSet, ScopeKind};

/// Where something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In the tenant as a whole.
    Tenant,
    /// On things of one organizer, before there is an event.
    Organizer(OrganizerId),
    /// On one event of an organizer, and on all that hangs on it.
    Event(OrganizerId, EventId),
    /// Somewhere at least; for pages that then show what is in [`Reach`].
    Anywhere,
}

/// Where a role is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Place {
    /// In the whole tenant.
    #[default]
    Tenant,
    /// For all events of one organizer.
    Organizer(OrganizerId),
    /// For one event.
    Event(EventId),
}

/// How far a permission reaches; a list filters its SQL by it, before paging.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// Over everything in the tenant.
    #[default]
    All,
    /// Over the events of these organizers and over these events; over nothing when both are empty.
    Only {
        /// Organizers whose events are all in reach.
        organizers: Vec<OrganizerId>,
        /// Single events.
        events: Vec<EventId>,
    },
}

/// What one actor may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// Held in the whole tenant.
    whole: PermissionSet,
    /// Held for single organizers, what is held in the whole tenant included.
    organizers: BTreeMap<OrganizerId, PermissionSet>,
    /// Held for single events, what is held in the whole tenant included.
    events: BTreeMap<EventId, PermissionSet>,
}

impl Rights {
    /// Builds rights from what is held at each place.
    pub(super) fn new(whole: PermissionSet, places: impl IntoIterator<Item = (Place, PermissionSet)>) -> Self {
        let mut rights = Self {
            whole,
            ..Self::default()
        };
        for (place, held) in places {
            let held = whole.union(held);
            match place {
                Place::Tenant => {}
                Place::Organizer(organizer) => {
                    rights.organizers.insert(organizer, held);
                }
                Place::Event(event) => {
                    rights.events.insert(event, held);
                }
            }
        }
        rights
    }

    /// Tells whether the permission is held there.
    pub fn allows(&self, permission: Permission, scope: Scope) -> bool {
        match scope {
            Scope::Tenant => self.whole.contains(permission),
            Scope::Organizer(organizer) => self.of_organizer(organizer).contains(permission),
            Scope::Event(organizer, event) => {
                let of_event = self.events.get(&event).unwrap_or(&self.whole);
                of_event.contains(permission) || self.of_organizer(organizer).contains(permission)
            }
            Scope::Anywhere => self.reach(permission) != Reach::none(),
        }
    }

    /// Returns what is held in a place, whatever hangs on it included.
    pub fn held_in(&self, place: Place) -> PermissionSet {
        match place {
            Place::Tenant => self.whole,
            Place::Organizer(organizer) => self.of_organizer(organizer),
            Place::Event(event) => *self.events.get(&event).unwrap_or(&self.whole),
        }
    }

    /// Returns what is held anywhere.
    pub fn held_anywhere(&self) -> PermissionSet {
        let places = self.organizers.values().chain(self.events.values());
        places.fold(self.whole, |all, held| all.union(*held))
    }

    /// Tells how far the permission reaches. A role that is held for an event or an organizer brings nothing that is held
    /// in the whole tenant only.
    pub fn reach(&self, permission: Permission) -> Reach {
        if self.whole.contains(permission) {
            return Reach::All;
        }
        let kind = permission.entry().scope;
        let organizers = self.organizers.iter().filter(|(_, set)| set.contains(permission));
        let events = self.events.iter().filter(|(_, set)| set.contains(permission));
        Reach::Only {
            organizers: match kind {
                ScopeKind::Tenant => Vec::new(),
                ScopeKind::Organizer | ScopeKind::Event | ScopeKind::Device => organizers.map(|(id, _)| *id).collect(),
            },
            events: match kind {
                ScopeKind::Tenant | ScopeKind::Organizer => Vec::new(),
                ScopeKind::Event | ScopeKind::Device => events.map(|(id, _)| *id).collect(),
            },
        }
    }

    fn of_organizer(&self, organizer: OrganizerId) -> PermissionSet {
        *self.organizers.get(&organizer).unwrap_or(&self.whole)
    }
}

impl Reach {
    /// Reaches over the events of these organizers.
    pub const fn organizers(organizers: Vec<OrganizerId>) -> Self {
        Self::Only {
            organizers,
            events: Vec::new(),
        }
    }

    /// Tells whether all that is in the other reach is in this one.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only { .. }, Self::All) => false,
            (
                Self::Only { organizers, events },
                Self::Only {
                    organizers: theirs,
                    events: their_events,
                },
            ) => theirs.iter().all(|id| organizers.contains(id)) && their_events.iter().all(|id| events.contains(id)),
        }
    }

    /// Reaches over nothing.
    pub const fn none() -> Self {
        Self::organizers(Vec::new())
    }

    /// Returns organizers and events as one bound parameter: `None` means no filter. Ids of both are never the same.
    ///
    /// Used as `where ($1::uuid[] is null or organizer_id = any($1) or id = any($1))`.
    pub fn uuids(&self) -> Option<Vec<uuid::Uuid>> {
        match self {
            Self::All => None,
            Self::Only { organizers, events } => {
                let organizers = organizers.iter().map(|organizer| organizer.uuid());
                Some(organizers.chain(events.iter().map(|event| event.uuid())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn set(permissions: &[Permission]) -> PermissionSet {
        permissions.iter().copied().collect()
    }

    #[test]
    fn reach_is_all_some_or_nothing() {
        let one = OrganizerId::from_uuid(Uuid::from_u128(1));
        let evening = EventId::from_uuid(Uuid::from_u128(2));
        let read = set(&[Permission::EventRead]);
        assert_eq!(Rights::new(read, []).reach(Permission::EventRead), Reach::All);
        let places = [(Place::Organizer(one), read), (Place::Event(evening), read)];
        let scoped = Rights::new(PermissionSet::EMPTY, places);
        let reach = scoped.reach(Permission::EventRead);
        assert_eq!(reach.uuids(), Some(vec![one.uuid(), evening.uuid()]));
        assert_eq!(scoped.reach(Permission::AuditRead).uuids(), Some(vec![]));
    }

    #[test]
    fn rights_in_the_whole_tenant_count_for_each_organizer_and_event() {
        let one = OrganizerId::from_uuid(Uuid::from_u128(1));
        let evening = EventId::from_uuid(Uuid::from_u128(2));
        let rights = Rights::new(
            set(&[Permission::EventRead]),
            [(Place::Organizer(one), set(&[Permission::TicketScan]))],
        );
        assert!(rights.allows(Permission::EventRead, Scope::Organizer(one)));
        assert!(rights.allows(Permission::TicketScan, Scope::Organizer(one)));
        assert!(rights.allows(Permission::TicketScan, Scope::Event(one, evening)));
        assert!(!rights.allows(Permission::TicketScan, Scope::Tenant));
        let other = OrganizerId::from_uuid(Uuid::from_u128(3));
        assert!(!rights.allows(Permission::TicketScan, Scope::Event(other, evening)));
        assert!(rights.allows(Permission::EventRead, Scope::Event(other, evening)));
    }

    #[test]
    fn a_role_for_one_event_brings_nothing_that_is_wider() {
        let (one, evening) = (
            OrganizerId::from_uuid(Uuid::from_u128(1)),
            EventId::from_uuid(Uuid::from_u128(2)),
        );
        let rights = Rights::new(PermissionSet::EMPTY, [(Place::Event(evening), PermissionSet::all())]);
        assert!(rights.allows(Permission::EventUpdate, Scope::Event(one, evening)));
        assert!(rights.allows(Permission::EventUpdate, Scope::Anywhere));
        for permission in [Permission::EventCreate, Permission::RoleManage, Permission::AuditRead] {
            assert!(!rights.allows(permission, Scope::Anywhere), "{}", permission.name());
        }
        assert!(!rights.allows(Permission::EventUpdate, Scope::Organizer(one)));
        assert!(!rights.allows(Permission::EventUpdate, Scope::Tenant));
    }
}
