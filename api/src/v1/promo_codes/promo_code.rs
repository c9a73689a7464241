//! A promo code in the API.

use bilten_core::promo::{Discount, Promo, PromoRules};
use serde::Serialize;
use utoipa::ToSchema;

/// Code that takes something off, or unlocks tickets, so many times.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PromoCode {
    /// Identifies the code.
    #[schema(example = "prm_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// What buyers type.
    #[schema(example = "EARLY")]
    code: String,
    /// Share of the price that it takes off, in hundredths of a per cent; of each ticket rounded to the nearest minor unit,
    /// halves up.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent_bp: Option<i32>,
    /// Amount that it takes off each ticket, in minor units; never more than the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_minor: Option<i64>,
    /// What each ticket costs with it, where that is less, in minor units and without fees.
    #[serde(skip_serializing_if = "Option::is_none")]
    price_minor: Option<i64>,
    /// Amount that it takes off the order, in minor units and without fees, divided over the tickets; never more than they cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_order_minor: Option<i64>,
    /// What it asks for, and does beside that.
    #[serde(flatten)]
    rules: Rules,
    /// What carts have of its budget, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_held_minor: Option<i64>,
    /// What orders were given of its budget, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_used_minor: Option<i64>,
    /// Ticket types that it holds for; missing when it holds for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_type_ids: Option<Vec<String>>,
    /// It takes nothing off before (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<String>,
    /// It takes nothing off from then on (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
    /// When it was withdrawn (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<String>,
    /// Carts and orders that may have it.
    uses: i64,
    /// Carts that have it now.
    held: i64,
    /// Orders made with it that were not cancelled or refunded.
    used: i64,
    /// Uses that are left.
    left: i64,
}

/// What a promo code asks for, and does beside its discount. Amounts are minor units, without fees.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Rules {
    /// Whether it makes locked ticket types buyable: those that it holds for. Such a code has 8 letters or more.
    unlocks: bool,
    /// Whether no fee is passed on to the buyer of the tickets that it holds for.
    fee_free: bool,
    /// It takes nothing off unless the tickets that it holds for cost so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    min_spend_minor: Option<i64>,
    /// Orders that one person may make with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    max_per_person: Option<u32>,
    /// It takes no more off than this, in all carts and orders together.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    budget_minor: Option<i64>,
    /// It may be used together with codes of other groups; alone when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 20)]
    stack_group: Option<u32>,
    /// Of codes that take off the same, the highest is used.
    priority: i32,
}

impl From<PromoRules> for Rules {
    fn from(rules: PromoRules) -> Self {
        Self {
            unlocks: rules.unlocks,
            fee_free: rules.is_fee_free,
            min_spend_minor: rules.min_spend_minor,
            max_per_person: rules.max_per_person,
            budget_minor: rules.budget_minor,
            stack_group: rules.stack_group,
            priority: rules.priority,
        }
    }
}

impl From<Promo> for PromoCode {
    fn from(promo: Promo) -> Self {
        let (mut percent_bp, mut off_minor, mut price_minor, mut off_order_minor) = (None, None, None, None);
        match promo.discount {
            Discount::Share(bp) => percent_bp = Some(bp),
            Discount::Amount(minor) => off_minor = Some(minor),
            Discount::Price(minor) => price_minor = Some(minor),
            Discount::Order(minor) => off_order_minor = Some(minor),
            Discount::Nothing => {}
        }
        let budget = promo.rules.budget_minor;
        let left = promo.left();
        let types = promo.ticket_types;
        Self {
            id: promo.id.to_string(),
            code: promo.code.to_string(),
            percent_bp,
            off_minor,
            price_minor,
            off_order_minor,
            rules: promo.rules.into(),
            budget_held_minor: budget.map(|_| promo.spent.held_minor),
            budget_used_minor: budget.map(|_| promo.spent.used_minor),
            ticket_type_ids: types.map(|types| types.iter().map(ToString::to_string).collect()),
            starts_at: promo.starts_at.map(|at| at.to_string()),
            ends_at: promo.ends_at.map(|at| at.to_string()),
            withdrawn_at: promo.withdrawn_at.map(|at| at.to_string()),
            uses: promo.uses,
            held: promo.held,
            used: promo.used,
            left,
        }
    }
}
