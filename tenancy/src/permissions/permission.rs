//! What can be permitted: names, where each can be held, and what else is known about it.
//!
//! The list itself is [`super::registry`](super::registry()): one table, from which the enum is made, so that a
//! permission that is not listed does not compile.

pub use super::list::{Permission, registry};

/// Where a permission can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopeKind {
    /// In the whole tenant only.
    Tenant,
    /// In the whole tenant, or for the events of one organizer.
    Organizer,
    /// In the whole tenant, for the events of one organizer, or for single events.
    Event,
    /// As for single events; meant for devices at their doors.
    Device,
}

/// Duties that belong into different hands: who holds two that clash can cover up what he does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Duty {
    /// Gives money back.
    Refunding,
    /// Agrees to what others want to give back.
    Approving,
    /// Takes and hands back cash.
    Cash,
    /// Says where the shop's money goes.
    Payouts,
    /// Says who may do what.
    Access,
}

impl Duty {
    /// Pairs that should not be in one hand.
    pub const CLASHES: [(Self, Self); 5] = [
        (Self::Refunding, Self::Approving),
        (Self::Cash, Self::Approving),
        (Self::Payouts, Self::Refunding),
        (Self::Payouts, Self::Approving),
        (Self::Access, Self::Payouts),
    ];

    /// Stable name, for message keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refunding => "refunding",
            Self::Approving => "approving",
            Self::Cash => "cash",
            Self::Payouts => "payouts",
            Self::Access => "access",
        }
    }
}

/// What the registry says about a permission.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The permission.
    pub permission: Permission,
    /// Stable name in the database and the API, `resource.verb`.
    pub name: &'static str,
    /// Where it can be held.
    pub scope: ScopeKind,
    /// The permission that lets one see the thing at all.
    pub sight: Permission,
    /// Whether it opens personal data of buyers.
    pub is_pii: bool,
    /// Whether a fresh log-in is wanted before it is used: money, roles, log-in, exports.
    pub needs_step_up: bool,
    /// Duty that it makes its holder part of.
    pub duty: Option<Duty>,
    /// Whether anything asks for it yet. Those that nothing asks for are reserved: roles hold them, nobody is offered them.
    pub is_used: bool,
}

impl Entry {
    pub(super) const fn new(name: &'static str, scope: ScopeKind, sight: Permission) -> Self {
        Self {
            permission: sight,
            name,
            scope,
            sight,
            is_pii: false,
            needs_step_up: false,
            duty: None,
            is_used: true,
        }
    }

    pub(super) const fn of(mut self, permission: Permission) -> Self {
        self.permission = permission;
        self
    }

    pub(super) const fn pii(mut self) -> Self {
        self.is_pii = true;
        self
    }

    pub(super) const fn step_up(mut self) -> Self {
        self.needs_step_up = true;
        self
    }

    pub(super) const fn duty(mut self, duty: Duty) -> Self {
        self.duty = Some(duty);
        self
    }

    pub(super) const fn reserved(mut self) -> Self {
        self.is_used = false;
        self
    }

    /// Key of the message that names it for people who hand out roles.
    pub fn text_key(&self) -> String {
        format!("permission-{}", self.name.replace(['.', '_'], "-"))
    }
}

impl Permission {
    /// Finds a permission by its name.
    pub fn find(name: &str) -> Option<Self> {
        registry()
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.permission)
    }

    /// Returns what the registry says.
    pub fn entry(self) -> &'static Entry {
        registry()
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
    pub fn sight(self) -> Self {
        self.entry().sight
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn registry_and_enum_agree() {
        assert!(registry().len() <= 64, "a set is 64 bits wide");
        for (index, entry) in registry().iter().enumerate() {
            assert_eq!(usize::from(entry.permission.position()), index, "{}", entry.name);
            assert_eq!(Permission::find(entry.name), Some(entry.permission));
        }
        let names: HashSet<_> = registry().iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), registry().len());
    }

    #[test]
    fn every_name_is_resource_and_verb() {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        for entry in registry() {
            let (resource, verb) = entry.permission.resource_and_verb();
            assert!(is_word(resource) && is_word(verb), "{}", entry.name);
        }
        assert_eq!(Permission::find("event.fly"), None);
    }

    #[test]
    fn what_gives_sight_needs_no_other_sight_and_can_be_held_where_it_is_needed() {
        for entry in registry() {
            let sight = entry.sight.entry();
            assert_eq!(sight.sight, sight.permission, "{}", entry.name);
            let is_of_tenant = |scope| scope == ScopeKind::Tenant;
            assert_eq!(is_of_tenant(sight.scope), is_of_tenant(entry.scope), "{}", entry.name);
        }
    }
}
