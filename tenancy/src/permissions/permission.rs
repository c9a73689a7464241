//! The registry of permissions: one enum, so that a permission that is not listed does not compile.

/// A thing that somebody may do, named `resource.verb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// See events that are not on sale, and the setting of those that are.
    EventRead,
    /// Make events.
    EventCreate,
    /// Change events, their ticket types and capacities.
    EventUpdate,
    /// Put events on sale.
    EventPublish,
    /// Call events off.
    EventCancel,
    /// See orders without the buyer's person.
    OrderRead,
    /// See who bought: names and mail addresses.
    OrderReadPii,
    /// Place orders for buyers, as programs do.
    OrderSell,
    /// Change orders.
    OrderEdit,
    /// Send the buyer his tickets again.
    OrderResend,
    /// Cancel orders.
    OrderCancel,
    /// Take orders out as a file.
    OrderExport,
    /// See who comes to an event.
    AttendeeRead,
    /// Take the list of attendees out as a file.
    AttendeeExport,
    /// Check tickets in.
    TicketScan,
    /// See sales figures.
    ReportRead,
    /// See who belongs to the staff.
    MemberRead,
    /// Invite, change and remove staff.
    MemberManage,
    /// Make and revoke keys of programs.
    ApiKeyManage,
    /// Read the audit log.
    AuditRead,
    /// Open and close the account that takes the buyers' money.
    PayeeManage,
    /// Sell for cash at the door, and hand cash back.
    CashTake,
}

/// Where a permission can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// In the whole tenant only.
    Tenant,
    /// In the whole tenant, or for the events of one organizer.
    Organizer,
}

/// What the registry says about a permission.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The permission.
    pub permission: Permission,
    /// Stable name in the database and the API, `resource.verb`.
    pub name: &'static str,
    /// One line for people who hand out roles.
    pub label: &'static str,
    /// Where it can be held.
    pub scope: ScopeKind,
    /// Whether it opens personal data of buyers.
    pub is_pii: bool,
}

/// Returns every permission, in the order of its bits.
pub const fn registry() -> &'static [Entry] {
    REGISTRY
}

const fn entry(permission: Permission, name: &'static str, label: &'static str) -> Entry {
    Entry {
        permission,
        name,
        label,
        scope: ScopeKind::Organizer,
        is_pii: false,
    }
}

const fn pii(permission: Permission, name: &'static str, label: &'static str) -> Entry {
    Entry {
        is_pii: true,
        ..entry(permission, name, label)
    }
}

const fn whole_tenant(permission: Permission, name: &'static str, label: &'static str) -> Entry {
    Entry {
        scope: ScopeKind::Tenant,
        ..entry(permission, name, label)
    }
}

const REGISTRY: &[Entry] = &[
    entry(Permission::EventRead, "event.read", "See events and drafts"),
    entry(Permission::EventCreate, "event.create", "Create events"),
    entry(
        Permission::EventUpdate,
        "event.update",
        "Change events and ticket types",
    ),
    entry(Permission::EventPublish, "event.publish", "Put events on sale"),
    entry(Permission::EventCancel, "event.cancel", "Cancel events"),
    entry(Permission::OrderRead, "order.read", "See orders"),
    pii(
        Permission::OrderReadPii,
        "order.read_pii",
        "See buyers' names and addresses",
    ),
    entry(Permission::OrderSell, "order.sell", "Place orders for buyers"),
    entry(Permission::OrderEdit, "order.edit", "Change orders"),
    entry(Permission::OrderResend, "order.resend", "Send tickets again"),
    entry(Permission::OrderCancel, "order.cancel", "Cancel orders"),
    pii(Permission::OrderExport, "order.export", "Export orders"),
    pii(Permission::AttendeeRead, "attendee.read", "See attendees"),
    pii(Permission::AttendeeExport, "attendee.export", "Export attendees"),
    entry(Permission::TicketScan, "ticket.scan", "Check tickets in"),
    entry(Permission::ReportRead, "report.read", "See sales figures"),
    whole_tenant(Permission::MemberRead, "member.read", "See staff"),
    whole_tenant(Permission::MemberManage, "member.manage", "Invite and remove staff"),
    whole_tenant(Permission::ApiKeyManage, "api_key.manage", "Make and revoke API keys"),
    whole_tenant(Permission::AuditRead, "audit.read", "Read the audit log"),
    whole_tenant(
        Permission::PayeeManage,
        "payee.manage",
        "Connect the account that is paid",
    ),
    entry(Permission::CashTake, "cash.take", "Sell for cash at the door"),
];

impl Permission {
    /// Finds a permission by its name.
    pub fn find(name: &str) -> Option<Self> {
        REGISTRY
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.permission)
    }

    /// Returns what the registry says.
    pub fn entry(self) -> &'static Entry {
        REGISTRY
            .get(usize::from(self.position()))
            .expect("the registry lists every permission; a test compares them")
    }

    /// Returns the name, `resource.verb`.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Splits the name into resource and verb.
    pub fn resource_and_verb(self) -> (&'static str, &'static str) {
        self.name()
            .split_once('.')
            .expect("every name has a dot; a test checks it")
    }

    /// Returns the permission that lets one see the thing at all. Who lacks it gets the
    /// answer for a thing that does not exist.
    #[must_use]
    pub const fn sight(self) -> Self {
        match self {
            Self::EventRead
            | Self::EventCreate
            | Self::EventUpdate
            | Self::EventPublish
            | Self::EventCancel
            | Self::AttendeeRead
            | Self::AttendeeExport
            | Self::TicketScan
            | Self::ReportRead
            | Self::CashTake => Self::EventRead,
            Self::OrderRead
            | Self::OrderReadPii
            | Self::OrderSell
            | Self::OrderEdit
            | Self::OrderResend
            | Self::OrderCancel
            | Self::OrderExport => Self::OrderRead,
            Self::MemberRead | Self::MemberManage => Self::MemberRead,
            Self::ApiKeyManage => Self::ApiKeyManage,
            Self::AuditRead => Self::AuditRead,
            Self::PayeeManage => Self::PayeeManage,
        }
    }

    /// Position in the registry and in a [`super::PermissionSet`].
    pub(super) const fn position(self) -> u8 {
        match self {
            Self::EventRead => 0,
            Self::EventCreate => 1,
            Self::EventUpdate => 2,
            Self::EventPublish => 3,
            Self::EventCancel => 4,
            Self::OrderRead => 5,
            Self::OrderReadPii => 6,
            Self::OrderSell => 7,
            Self::OrderEdit => 8,
            Self::OrderResend => 9,
            Self::OrderCancel => 10,
            Self::OrderExport => 11,
            Self::AttendeeRead => 12,
            Self::AttendeeExport => 13,
            Self::TicketScan => 14,
            Self::ReportRead => 15,
            Self::MemberRead => 16,
            Self::MemberManage => 17,
            Self::ApiKeyManage => 18,
            Self::AuditRead => 19,
            Self::PayeeManage => 20,
            Self::CashTake => 21,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn registry_and_enum_agree() {
        assert!(REGISTRY.len() <= 64, "a set is 64 bits wide");
        for (index, entry) in REGISTRY.iter().enumerate() {
            assert_eq!(usize::from(entry.permission.position()), index, "{}", entry.name);
            assert_eq!(Permission::find(entry.name), Some(entry.permission));
            assert!(!entry.label.is_empty());
        }
        let names: HashSet<_> = REGISTRY.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), REGISTRY.len());
    }

    #[test]
    fn every_name_is_resource_and_verb() {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        for entry in REGISTRY {
            let (resource, verb) = entry.permission.resource_and_verb();
            assert!(is_word(resource) && is_word(verb), "{}", entry.name);
        }
        assert_eq!(Permission::find("event.fly"), None);
    }

    #[test]
    fn what_gives_sight_needs_no_other_sight() {
        for entry in REGISTRY {
            let sight = entry.permission.sight();
            assert_eq!(sight.sight(), sight, "{}", entry.name);
        }
    }
}
