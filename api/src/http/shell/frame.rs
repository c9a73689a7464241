//! Rails of the consoles: only what the person may open.

use bilten_branding::{
    texts,
    views::{ConsoleFrame, Moment, NavItem, Section, Text},
};
use bilten_sso::factors::Standing;
use bilten_tenancy::permissions::{Permission, Role, Scope};

use crate::http::{
    FACTOR,
    extract::{OperatorSession, StaffSession},
    visits,
};

pub(super) fn of_staff(session: &StaffSession, zone: &str) -> ConsoleFrame {
    let may = |permission| session.rights.allows(permission, Scope::Anywhere);
    // Who must set up a second factor first has nothing else to open.
    let is_open = session.standing != Standing::Overdue;
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
    let settings = settings(session);
    // The first of the built-in roles that he holds all of names him; roles of the tenant's own may hold less.
    let held = session.rights.held_anywhere();
    let role = Role::ALL.into_iter().find(|role| held.includes(role.permissions()));
    let role = role.map_or("staff", Role::name);
    let is_visit = session.visit.is_some();
    ConsoleFrame {
        section: Section::Home,
        items: if is_open { items(&entries) } else { Vec::new() },
        settings: if is_open { items(&settings) } else { Vec::new() },
        is_in_settings: false,
        account: session.email.clone(),
        role: if is_visit { "operator" } else { role }.to_owned(),
        account_url: (!is_visit).then(|| "/manage/account".to_owned()),
        duty: match session.standing {
            Standing::Due(at) => Some(Text::new(texts::FACTOR_DUE).with("at", Moment::new(at, zone))),
            Standing::Fine | Standing::Overdue => None,
        },
        duty_url: FACTOR.to_owned(),
        logout_action: if is_visit { visits::LEAVE_URL } else { "/manage/logout" }.to_owned(),
        storefront_url: Some("/".to_owned()),
    }
}

/// The tabs of the settings.
fn settings(session: &StaffSession) -> [(Section, &'static str, bool); 8] {
    let may = |permission| session.rights.allows(permission, Scope::Anywhere);
    let decides = |permission| session.rights.allows(permission, Scope::Tenant);
    [
        (Section::Taxes, "/manage/taxes", decides(Permission::TaxManage)),
        (Section::Payees, "/manage/payees", may(Permission::PayeeManage)),
        (Section::Security, "/manage/security", decides(Permission::RoleManage)),
        (Section::Sso, "/manage/sso", decides(Permission::SsoManage)),
        (Section::Scim, "/manage/scim", decides(Permission::ScimManage)),
        (Section::Team, "/manage/team", may(Permission::MemberRead)),
        (Section::Audit, "/manage/audit", decides(Permission::AuditRead)),
        (
            Section::Visits,
            "/manage/platform-access",
            decides(Permission::OrgUpdate),
        ),
    ]
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
        account_url: None,
        duty: None,
        duty_url: String::new(),
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
