//! A price offer in the API.

use bilten_core::offers::{self, OfferCut, OfferRule, PackageMember};
use bilten_kernel::TicketTypeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::{Code, Problem};

/// Discount that nobody asks for, or price of several tickets together.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PriceOffer {
    /// Identifies the offer.
    #[schema(example = "pof_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// Name, as buyers read it.
    name: String,
    /// What it does.
    rule: Rule,
    /// The highest comes first; then the oldest.
    priority: i32,
    /// It takes nothing off before (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<String>,
    /// It takes nothing off from then on (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
    /// When it was withdrawn (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<String>,
}

/// What an offer does. Amounts are minor units of the list, without fees; an empty list of types means all.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::v1) enum Rule {
    /// From so many tickets on, something is taken off each: exactly one of `percent_bp`, `off_minor` and `price_minor`.
    Quantity {
        /// Fewest tickets of the types together.
        #[schema(minimum = 1)]
        min_quantity: u32,
        /// Share that is taken off, in hundredths of a per cent.
        #[serde(skip_serializing_if = "Option::is_none")]
        percent_bp: Option<i32>,
        /// Amount that is taken off.
        #[serde(skip_serializing_if = "Option::is_none")]
        off_minor: Option<i64>,
        /// What each costs, where that is less.
        #[serde(skip_serializing_if = "Option::is_none")]
        price_minor: Option<i64>,
        /// Types that it is for.
        #[serde(default)]
        ticket_type_ids: Vec<String>,
    },
    /// Of each `size` tickets the dearest `paid` are paid.
    SizeForPaid {
        /// Tickets of a group.
        #[schema(minimum = 2)]
        size: u32,
        /// Tickets that are paid.
        paid: u32,
        /// Types that it is for.
        #[serde(default)]
        ticket_type_ids: Vec<String>,
    },
    /// These together cost so much.
    Package {
        /// Who belongs to it.
        members: Vec<Member>,
        /// What all together cost.
        price_minor: i64,
        /// So often in one cart at most.
        #[schema(minimum = 1)]
        times: u32,
    },
}

/// Tickets of one type in a package.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct Member {
    /// Type of ticket.
    ticket_type_id: String,
    /// Fewest.
    min: u32,
    /// Most.
    max: u32,
}

impl From<offers::PriceOffer> for PriceOffer {
    fn from(offer: offers::PriceOffer) -> Self {
        Self {
            id: offer.id.to_string(),
            name: offer.name.to_string(),
            rule: Rule::from(offer.rule),
            priority: offer.priority,
            starts_at: offer.starts_at.map(|at| at.to_string()),
            ends_at: offer.ends_at.map(|at| at.to_string()),
            withdrawn_at: offer.withdrawn_at.map(|at| at.to_string()),
        }
    }
}

impl From<OfferRule> for Rule {
    fn from(rule: OfferRule) -> Self {
        let ids = |types: &[TicketTypeId]| types.iter().map(ToString::to_string).collect();
        match rule {
            OfferRule::Quantity {
                min_quantity,
                cut,
                types,
            } => {
                let (percent_bp, off_minor, price_minor) = match cut {
                    OfferCut::PercentBp(bp) => (Some(bp), None, None),
                    OfferCut::OffMinor(minor) => (None, Some(minor), None),
                    OfferCut::PriceMinor(minor) => (None, None, Some(minor)),
                };
                Self::Quantity {
                    min_quantity,
                    percent_bp,
                    off_minor,
                    price_minor,
                    ticket_type_ids: ids(&types),
                }
            }
            OfferRule::SizeForPaid { size, paid, types } => Self::SizeForPaid {
                size,
                paid,
                ticket_type_ids: ids(&types),
            },
            OfferRule::Package {
                members,
                price_minor,
                times,
            } => Self::Package {
                members: members
                    .iter()
                    .map(|member| Member {
                        ticket_type_id: member.ticket_type.to_string(),
                        min: member.min,
                        max: member.max,
                    })
                    .collect(),
                price_minor,
                times,
            },
        }
    }
}

impl Rule {
    /// Says what it means.
    ///
    /// # Errors
    /// It names no discount, several, or no type.
    pub(super) fn meant(self) -> Result<OfferRule, Problem> {
        Ok(match self {
            Self::Quantity {
                min_quantity,
                percent_bp,
                off_minor,
                price_minor,
                ticket_type_ids,
            } => {
                let cut = match (percent_bp, off_minor, price_minor) {
                    (Some(bp), None, None) => OfferCut::PercentBp(bp),
                    (None, Some(minor), None) => OfferCut::OffMinor(minor),
                    (None, None, Some(minor)) => OfferCut::PriceMinor(minor),
                    (None, None, None) | (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
                        let problem = Problem::new(Code::InvalidField).param("rule.percent_bp");
                        return Err(problem.detail("Give exactly one of percent_bp, off_minor and price_minor."));
                    }
                };
                OfferRule::Quantity {
                    min_quantity,
                    cut,
                    types: types(&ticket_type_ids)?,
                }
            }
            Self::SizeForPaid {
                size,
                paid,
                ticket_type_ids,
            } => OfferRule::SizeForPaid {
                size,
                paid,
                types: types(&ticket_type_ids)?,
            },
            Self::Package {
                members,
                price_minor,
                times,
            } => OfferRule::Package {
                members: members
                    .iter()
                    .map(|member| {
                        Ok(PackageMember {
                            ticket_type: ticket_type(&member.ticket_type_id)?,
                            min: member.min,
                            max: member.max,
                        })
                    })
                    .collect::<Result<_, Problem>>()?,
                price_minor,
                times,
            },
        })
    }
}

fn types(ids: &[String]) -> Result<Vec<TicketTypeId>, Problem> {
    ids.iter().map(|id| ticket_type(id)).collect()
}

fn ticket_type(id: &str) -> Result<TicketTypeId, Problem> {
    let unknown = |_| {
        let problem = Problem::new(Code::InvalidField).param("rule.ticket_type_ids");
        problem.detail("the event has no such ticket type")
    };
    id.parse().map_err(unknown)
}
