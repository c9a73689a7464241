//! The roles that every tenant has from the first day, and what the scopes of API keys allow.

use std::fmt;

use bilten_kernel::{ApiScope, ApiScopes};

use super::{Permission, PermissionSet};

/// A built-in role. Tenants' own roles are further rows of `role_permissions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// May do everything.
    Owner,
    /// Makes events and looks after their orders.
    EventManager,
    /// Checks tickets in; sees no buyer.
    DoorStaff,
}

impl Role {
    /// All built-in roles.
    pub const ALL: [Self; 3] = [Self::Owner, Self::EventManager, Self::DoorStaff];

    /// Stable name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::EventManager => "event_manager",
            Self::DoorStaff => "door_staff",
        }
    }

    /// Finds a role by its name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Returns what the role may do when a tenant is provisioned.
    pub fn permissions(self) -> PermissionSet {
        match self {
            Self::Owner => PermissionSet::all(),
            Self::EventManager => [
                Permission::EventRead,
                Permission::EventCreate,
                Permission::EventUpdate,
                Permission::EventPublish,
                Permission::EventCancel,
                Permission::OrderRead,
                Permission::OrderReadPii,
                Permission::OrderEdit,
                Permission::OrderResend,
                Permission::OrderCancel,
                Permission::OrderExport,
                Permission::AttendeeRead,
                Permission::AttendeeExport,
                Permission::TicketScan,
                Permission::ReportRead,
                Permission::CashTake,
            ]
            .into_iter()
            .collect(),
            Self::DoorStaff => [Permission::EventRead, Permission::TicketScan].into_iter().collect(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns what a key with these scopes may do, everywhere in its tenant.
pub fn of_scopes(scopes: ApiScopes) -> PermissionSet {
    ApiScope::ALL
        .into_iter()
        .filter(|scope| scopes.contains(*scope))
        .flat_map(of_scope)
        .copied()
        .collect()
}

const fn of_scope(scope: ApiScope) -> &'static [Permission] {
    match scope {
        ApiScope::EventsRead => &[Permission::EventRead, Permission::ReportRead],
        ApiScope::EventsWrite => &[
            Permission::EventCreate,
            Permission::EventUpdate,
            Permission::EventPublish,
            Permission::EventCancel,
        ],
        ApiScope::OrdersRead => &[
            Permission::OrderRead,
            Permission::OrderReadPii,
            Permission::AttendeeRead,
        ],
        ApiScope::OrdersWrite => &[
            Permission::OrderSell,
            Permission::OrderEdit,
            Permission::OrderResend,
            Permission::OrderCancel,
        ],
        ApiScope::CheckInsWrite => &[Permission::TicketScan],
        ApiScope::CashWrite => &[Permission::CashTake],
        ApiScope::PayeesWrite => &[Permission::PayeeManage],
        // As in the console: whoever gives money back may make a card of it.
        ApiScope::GiftCardsWrite => &[Permission::OrderCancel],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn door_staff_open_no_personal_data() {
        for permission in Role::DoorStaff.permissions().iter() {
            assert!(!permission.entry().is_pii, "{}", permission.name());
        }
        assert!(!Role::DoorStaff.permissions().contains(Permission::OrderRead));
    }

    #[test]
    fn names_of_roles_lead_back() {
        for role in Role::ALL {
            assert_eq!(Role::find(role.name()), Some(role));
        }
        assert_eq!(Role::find("king"), None);
    }

    #[test]
    fn keys_never_manage_staff_or_keys() {
        let most = of_scopes(ApiScopes::all());
        for permission in [
            Permission::MemberManage,
            Permission::ApiKeyManage,
            Permission::AuditRead,
        ] {
            assert!(!most.contains(permission));
        }
        assert_eq!(of_scopes(ApiScopes::default()), PermissionSet::EMPTY);
    }

    /// Where a shop's money goes is changed by a key that was made for that, and by no other.
    #[test]
    fn accounts_for_money_take_a_scope_of_their_own() {
        let others = ApiScope::ALL
            .into_iter()
            .filter(|scope| *scope != ApiScope::PayeesWrite);
        assert!(!of_scopes(others.collect()).contains(Permission::PayeeManage));
        let alone = of_scopes([ApiScope::PayeesWrite].into_iter().collect());
        assert_eq!(alone.iter().collect::<Vec<_>>(), [Permission::PayeeManage]);
    }
}
