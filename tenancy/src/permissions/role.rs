//! The roles that every tenant has from the first day, and what the scopes of API keys allow.

use std::fmt;

use bilten_kernel::{ApiScope, ApiScopes};

use super::{Permission, PermissionSet};

/// A built-in role. What it holds is part of the program and is the same in every tenant, so that a permission that a new
/// version brings is held at once, without rows of thousands of tenants being rewritten. Tenants' own roles are rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// May do everything.
    Owner,
    /// Runs the shop; does not close it, and says nothing about where its money goes.
    Admin,
    /// Makes events and looks after their orders.
    EventManager,
    /// Gives money back, agrees to it, looks after payouts and taxes.
    Finance,
    /// Sells and sends tickets again.
    BoxOffice,
    /// Checks tickets in; sees no buyer.
    DoorStaff,
    /// Makes codes and campaigns; sees no buyer.
    Marketing,
    /// Sees, without persons.
    Viewer,
    /// Sees the books and the log, for a time.
    Auditor,
}

impl Role {
    /// All built-in roles, the mightiest first.
    pub const ALL: [Self; 9] = [
        Self::Owner,
        Self::Admin,
        Self::EventManager,
        Self::Finance,
        Self::BoxOffice,
        Self::DoorStaff,
        Self::Marketing,
        Self::Viewer,
        Self::Auditor,
    ];

    /// Stable name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::EventManager => "event_manager",
            Self::Finance => "finance",
            Self::BoxOffice => "box_office",
            Self::DoorStaff => "door_staff",
            Self::Marketing => "marketing",
            Self::Viewer => "viewer",
            Self::Auditor => "auditor",
        }
    }

    /// Finds a role by its name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Returns what the role holds.
    pub fn permissions(self) -> PermissionSet {
        match self {
            Self::Owner => PermissionSet::all(),
            Self::Admin => PermissionSet::all().without(NOT_OF_ADMINS.iter().copied().collect()),
            Self::EventManager => EVENT_MANAGER.iter().copied().collect(),
            Self::Finance => FINANCE.iter().copied().collect(),
            Self::BoxOffice => BOX_OFFICE.iter().copied().collect(),
            Self::DoorStaff => [Permission::EventRead, Permission::TicketScan].into_iter().collect(),
            Self::Marketing => MARKETING.iter().copied().collect(),
            Self::Viewer => VIEWER.iter().copied().collect(),
            Self::Auditor => AUDITOR.iter().copied().collect(),
        }
    }

    /// Tells whether the role is given only with an end.
    pub const fn needs_end(self) -> bool {
        matches!(self, Self::Auditor)
    }

    /// Tells whether the role is held in the whole tenant only.
    pub const fn is_of_tenant(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Finance | Self::Auditor)
    }
}

/// Whoever closes the shop, pays for it, or says where its money goes is an owner.
const NOT_OF_ADMINS: &[Permission] = &[
    Permission::OrgDelete,
    Permission::OrgTransfer,
    Permission::BillingManage,
    Permission::PayeeManage,
];

const EVENT_MANAGER: &[Permission] = &[
    Permission::EventRead,
    Permission::EventCreate,
    Permission::EventUpdate,
    Permission::EventPublish,
    Permission::EventCancel,
    Permission::EventDelete,
    Permission::SeatmapEdit,
    Permission::PriceEdit,
    Permission::QuotaEdit,
    Permission::CodeManage,
    Permission::OrderRead,
    Permission::OrderReadPii,
    Permission::OrderEdit,
    Permission::OrderResend,
    Permission::OrderCancel,
    Permission::OrderExport,
    Permission::AttendeeRead,
    Permission::AttendeeExport,
    Permission::GuestlistManage,
    Permission::TicketScan,
    Permission::TicketOverride,
    Permission::TicketReprint,
    Permission::CashTake,
    Permission::ReportRead,
];

const FINANCE: &[Permission] = &[
    Permission::BillingRead,
    Permission::EventRead,
    Permission::OrderRead,
    Permission::OrderReadPii,
    Permission::OrderCancel,
    Permission::OrderRefundApprove,
    Permission::OrderExport,
    Permission::PayoutRead,
    Permission::PayeeManage,
    Permission::FinanceReport,
    Permission::TaxManage,
    Permission::ReportRead,
];

const BOX_OFFICE: &[Permission] = &[
    Permission::EventRead,
    Permission::OrderRead,
    Permission::OrderReadPii,
    Permission::OrderSell,
    Permission::OrderResend,
    Permission::TicketScan,
    Permission::TicketReprint,
    Permission::CashTake,
];

const MARKETING: &[Permission] = &[
    Permission::EventRead,
    Permission::CodeManage,
    Permission::CampaignDraft,
    Permission::CampaignSend,
    Permission::AudienceExport,
    Permission::ReportRead,
];

const VIEWER: &[Permission] = &[
    Permission::OrgRead,
    Permission::BillingRead,
    Permission::DomainRead,
    Permission::ThemeRead,
    Permission::MemberRead,
    Permission::EventRead,
    Permission::OrderRead,
    Permission::PayoutRead,
    Permission::ReportRead,
];

const AUDITOR: &[Permission] = &[
    Permission::MemberRead,
    Permission::AuditRead,
    Permission::AuditExport,
    Permission::EventRead,
    Permission::PayoutRead,
    Permission::FinanceReport,
    Permission::ReportRead,
];

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
            Permission::SeatmapEdit,
            Permission::PriceEdit,
            Permission::QuotaEdit,
            Permission::CodeManage,
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
    fn some_roles_never_hold_some_things() {
        let lacks = |role: Role, permissions: &[Permission]| {
            for permission in permissions {
                assert!(
                    !role.permissions().contains(*permission),
                    "{role}: {}",
                    permission.name()
                );
            }
        };
        lacks(Role::Admin, NOT_OF_ADMINS);
        lacks(
            Role::EventManager,
            &[
                Permission::OrderRefundApprove,
                Permission::PayeeManage,
                Permission::PayoutRead,
            ],
        );
        lacks(Role::Finance, &[Permission::EventPublish, Permission::RoleManage]);
        lacks(
            Role::BoxOffice,
            &[Permission::OrderCancel, Permission::OrderRefundApprove],
        );
        lacks(Role::Marketing, &[Permission::OrderReadPii, Permission::OrderRead]);
        for permission in Role::Viewer.permissions().iter() {
            assert!(
                !permission.entry().is_pii && permission.resource_and_verb().1 == "read",
                "{}",
                permission.name()
            );
        }
        for permission in Role::Auditor.permissions().iter() {
            let (_, verb) = permission.resource_and_verb();
            assert!(
                matches!(verb, "read" | "export" | "report"),
                "an auditor writes: {}",
                permission.name()
            );
        }
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
            Permission::MemberInvite,
            Permission::MemberRemove,
            Permission::RoleManage,
            Permission::SsoManage,
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
