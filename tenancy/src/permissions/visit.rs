//! What an operator on a visit may do: look around without seeing persons, and what an owner granted beyond that.
//!
//! The set is computed from the registry, so that a permission that a new version brings is refused unless it only reads.

use bilten_kernel::{VisitPower, VisitPowers};

use super::{Permission, PermissionSet, registry};

/// What no visit ever opens, whoever grants what: who may do what, how people log in, keys, where money goes, the record of
/// the visit itself, and the rules of visits.
pub const NEVER_OF_VISITS: &[Permission] = &[
    Permission::OrgUpdate,
    Permission::OrgDelete,
    Permission::OrgTransfer,
    Permission::BillingManage,
    Permission::DomainManage,
    Permission::LegalEdit,
    Permission::MemberRead,
    Permission::MemberInvite,
    Permission::MemberRemove,
    Permission::RoleManage,
    Permission::SsoManage,
    Permission::ScimManage,
    Permission::ApiKeyManage,
    Permission::WebhookManage,
    Permission::AuditRead,
    Permission::AuditExport,
    Permission::OrderSell,
    Permission::OrderCancel,
    Permission::OrderRefundApprove,
    Permission::OrderExport,
    Permission::AttendeeExport,
    Permission::PayoutRead,
    Permission::PayeeManage,
    Permission::TaxManage,
    Permission::CashTake,
    Permission::DeviceManage,
    Permission::CampaignSend,
    Permission::AudienceExport,
    Permission::PrivacyRequest,
    Permission::PrivacyErase,
    Permission::IntegrationManage,
];

/// Returns what a visit with these powers may do, everywhere in the tenant.
pub fn of_visit(powers: VisitPowers) -> PermissionSet {
    let reads = registry()
        .iter()
        .filter(|entry| !entry.is_pii && entry.permission.resource_and_verb().1 == "read");
    let granted = powers.iter().flat_map(of_power).copied();
    let all: PermissionSet = reads.map(|entry| entry.permission).chain(granted).collect();
    all.without(NEVER_OF_VISITS.iter().copied().collect())
}

const fn of_power(power: VisitPower) -> &'static [Permission] {
    match power {
        VisitPower::Persons => &[Permission::OrderReadPii, Permission::AttendeeRead],
        VisitPower::Events => &[
            Permission::EventCreate,
            Permission::EventUpdate,
            Permission::EventPublish,
            Permission::SeatmapEdit,
            Permission::PriceEdit,
            Permission::QuotaEdit,
            Permission::CodeManage,
        ],
        VisitPower::Orders => &[Permission::OrderEdit, Permission::OrderResend],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every set of powers.
    fn all_powers() -> impl Iterator<Item = VisitPowers> {
        (0..1_usize << VisitPower::ALL.len()).map(|bits| {
            let chosen = VisitPower::ALL.into_iter().enumerate();
            chosen
                .filter(|(at, _)| bits & (1 << at) != 0)
                .map(|(_, power)| power)
                .collect()
        })
    }

    #[test]
    fn a_visit_without_powers_reads_and_sees_no_person() {
        let held: Vec<&str> = of_visit(VisitPowers::default()).iter().map(Permission::name).collect();
        assert_eq!(
            held,
            [
                "org.read",
                "billing.read",
                "domain.read",
                "theme.read",
                "event.read",
                "order.read",
                "report.read"
            ]
        );
    }

    #[test]
    fn no_visit_opens_what_is_never_opened_nor_what_wants_a_fresh_log_in() {
        for powers in all_powers() {
            for permission in of_visit(powers).iter() {
                assert!(!NEVER_OF_VISITS.contains(&permission), "{}", permission.name());
                assert!(!permission.entry().needs_step_up, "{}", permission.name());
                assert_eq!(permission.entry().duty, None, "{}", permission.name());
                let is_of_persons = permission.entry().is_pii;
                assert!(
                    !is_of_persons || powers.contains(VisitPower::Persons),
                    "{}",
                    permission.name()
                );
            }
        }
    }

    #[test]
    fn powers_survive_their_names_and_unknown_names_give_nothing() {
        for powers in all_powers() {
            assert_eq!(VisitPowers::parse(&powers.names()), powers);
        }
        assert!(VisitPowers::parse("all owner * root Persons").is_empty());
    }
}
