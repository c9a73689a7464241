//! Rails of the consoles: only what the person may open.

use bilten_branding::views::{ConsoleFrame, NavItem, Section};
use bilten_tenancy::permissions::{Permission, Role, Scope};

use crate::http::extract::{OperatorSession, StaffSession};

pub(super) fn of_staff(session: &StaffSession) -> ConsoleFrame {
    let may = |permission| session.rights.allows(permission, Scope::Anywhere);
    let entries = [
        (Section::Home, "/manage", may(Permission::ReportRead)),
        (Section::Events, "/manage/events", may(Permission::ReportRead)),
        (Section::Orders, "/manage/orders", may(Permission::OrderReadPii)),
        (
            Section::Finance,
            "/manage/finance",
            session.rights.allows(Permission::FinanceReport, Scope::Tenant),
        ),
        (
            Section::Gifts,
            "/manage/gift-cards",
            session.rights.allows(Permission::OrderCancel, Scope::Tenant),
        ),
        (Section::CheckIn, "/manage/check-in", may(Permission::TicketScan)),
    ];
    let settings = [
        (
            Section::Taxes,
            "/manage/taxes",
            session.rights.allows(Permission::TaxManage, Scope::Tenant),
        ),
        (Section::Payees, "/manage/payees", may(Permission::PayeeManage)),
        (
            Section::Sso,
            "/manage/sso",
            session.rights.allows(Permission::SsoManage, Scope::Tenant),
        ),
        (Section::Team, "/manage/team", may(Permission::MemberRead)),
        (
            Section::Audit,
            "/manage/audit",
            session.rights.allows(Permission::AuditRead, Scope::Tenant),
        ),
    ];
    // The first of the built-in roles that he holds all of names him; roles of the tenant's own may hold less.
    let held = session.rights.held_anywhere();
    let role = Role::ALL.into_iter().find(|role| held.includes(role.permissions()));
    let role = role.map_or("staff", Role::name);
    ConsoleFrame {
        section: Section::Home,
        items: items(&entries),
        settings: items(&settings),
        is_in_settings: false,
        account: session.email.clone(),
        role: role.to_owned(),
        logout_action: "/manage/logout".to_owned(),
        storefront_url: Some("/".to_owned()),
    }
}

pub(super) fn of_operator(session: &OperatorSession) -> ConsoleFrame {
    let entries = [
        (Section::Tenants, "/", true),
        (Section::Money, "/money", true),
        (Section::Mail, "/dev/mail", true),
    ];
    ConsoleFrame {
        section: Section::Tenants,
        items: items(&entries),
        settings: Vec::new(),
        is_in_settings: false,
        account: session.name.clone(),
        role: "operator".to_owned(),
        logout_action: "/logout".to_owned(),
        storefront_url: None,
    }
}

fn items(entries: &[(Section, &str, bool)]) -> Vec<NavItem> {
    let open = entries.iter().filter(|(_, _, is_open)| *is_open);
    open.map(|(section, url, _)| NavItem {
        section: *section,
        url: (*url).to_owned(),
    })
    .collect()
}
