//! What an offer does, and how the pricing engine is told.

use bilten_kernel::TicketTypeId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PriceOffer;
use crate::{
    catalog::MAX_PRICE_MINOR,
    inventory::MAX_TICKETS,
    pricing::{AutoDiscount, Cut, GroupKind, GroupRefund, GroupRule, LiveRules, Member, RuleRef, Scope},
    promo::WHOLE_BP,
};

/// Types that one package may be made of.
const MAX_MEMBERS: usize = 10;
/// Bytes of the names that a line keeps.
const MAX_NAMES: usize = 200;

/// What an offer takes off each ticket. Amounts are minor units of the list, without fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferCut {
    /// A share, in hundredths of a per cent.
    PercentBp(i32),
    /// An amount.
    OffMinor(i64),
    /// All but this, where that is less.
    PriceMinor(i64),
}

/// Tickets of one type in a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageMember {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Fewest.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// What an offer does. An empty list of types means all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OfferRule {
    /// From so many tickets on, something is taken off each.
    Quantity {
        /// Fewest tickets of the types together.
        min_quantity: u32,
        /// What is taken off each.
        cut: OfferCut,
        /// Types that it is for.
        types: Vec<TicketTypeId>,
    },
    /// Of each `size` tickets the dearest `paid` are paid.
    SizeForPaid {
        /// Tickets of a group.
        size: u32,
        /// Tickets that are paid.
        paid: u32,
        /// Types that it is for.
        types: Vec<TicketTypeId>,
    },
    /// These together cost so much.
    Package {
        /// Who belongs to it.
        members: Vec<PackageMember>,
        /// What all together cost, in minor units of the list.
        price_minor: i64,
        /// So often in one cart at most.
        times: u32,
    },
}

impl OfferRule {
    /// Types that it names; none for all.
    pub fn types(&self) -> Vec<TicketTypeId> {
        match self {
            Self::Quantity { types, .. } | Self::SizeForPaid { types, .. } => types.clone(),
            Self::Package { members, .. } => members.iter().map(|member| member.ticket_type).collect(),
        }
    }

    /// Tells whether it makes sense.
    pub(super) fn is_sound(&self) -> bool {
        let is_price = |minor: i64| (0..=MAX_PRICE_MINOR).contains(&minor);
        match self {
            Self::Quantity { min_quantity, cut, .. } => {
                let is_cut = match cut {
                    OfferCut::PercentBp(bp) => (1..=WHOLE_BP).contains(bp),
                    OfferCut::OffMinor(minor) => *minor > 0 && is_price(*minor),
                    OfferCut::PriceMinor(minor) => is_price(*minor),
                };
                is_cut && (1..=MAX_TICKETS).contains(min_quantity)
            }
            Self::SizeForPaid { size, paid, .. } => (2..=MAX_TICKETS).contains(size) && paid < size,
            Self::Package {
                members,
                price_minor,
                times,
            } => {
                let most: u64 = members.iter().map(|member| u64::from(member.max)).sum();
                let is_member = |member: &PackageMember| member.min <= member.max && member.max > 0;
                let has_twin = members.iter().enumerate().any(|(at, member)| {
                    members
                        .iter()
                        .take(at)
                        .any(|other| other.ticket_type == member.ticket_type)
                });
                (1..=MAX_MEMBERS).contains(&members.len())
                    && members.iter().all(is_member)
                    && members.iter().any(|member| member.min > 0)
                    && !has_twin
                    && most <= u64::from(MAX_TICKETS)
                    && is_price(*price_minor)
                    && (1..=MAX_TICKETS).contains(times)
            }
        }
    }
}

/// Tells the engine of offers.
pub(crate) fn rules(offers: &[PriceOffer]) -> LiveRules {
    let mut rules = LiveRules::default();
    for offer in offers {
        let rule = RuleRef {
            id: offer.id.uuid(),
            version: 1,
        };
        let scope = |types: &[TicketTypeId]| Scope {
            items: (!types.is_empty()).then(|| types.to_vec()),
            from: offer.starts_at,
            to: offer.ends_at,
            channel: None,
        };
        let group = |kind, scope| GroupRule {
            rule,
            priority: offer.priority,
            scope,
            kind,
            refund: GroupRefund::Share,
        };
        match &offer.rule {
            OfferRule::Quantity {
                min_quantity,
                cut,
                types,
            } => rules.automatic.push(AutoDiscount {
                rule,
                priority: offer.priority,
                scope: scope(types),
                min_quantity: *min_quantity,
                cut: match cut {
                    OfferCut::PercentBp(bp) => Cut::Percent(*bp),
                    OfferCut::OffMinor(minor) => Cut::Fixed(*minor),
                    OfferCut::PriceMinor(minor) => Cut::SetPrice(*minor),
                },
            }),
            OfferRule::SizeForPaid { size, paid, types } => {
                let kind = GroupKind::SizeForPaid {
                    size: *size,
                    paid: *paid,
                };
                rules.groups.push(group(kind, scope(types)));
            }
            OfferRule::Package {
                members,
                price_minor,
                times,
            } => {
                let member = |member: &PackageMember| Member {
                    ticket_type: member.ticket_type,
                    min: member.min,
                    max: member.max,
                };
                let kind = GroupKind::Package {
                    members: members.iter().map(member).collect(),
                    price: *price_minor,
                    times: *times,
                };
                rules.groups.push(group(kind, scope(&[])));
            }
        }
    }
    rules
}

/// Names the offers behind some rules, for people; `None` when there are none.
pub(crate) fn names(offers: &[PriceOffer], rules: &[Uuid]) -> Option<String> {
    let found = |rule: &Uuid| offers.iter().find(|offer| offer.id.uuid() == *rule);
    let names: Vec<&str> = rules
        .iter()
        .filter_map(found)
        .map(|offer| offer.name.as_str())
        .collect();
    let text: String = names.join(" + ").chars().take(MAX_NAMES).collect();
    (!text.is_empty()).then_some(text)
}
