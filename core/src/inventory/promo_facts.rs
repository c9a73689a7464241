//! What matters of a promo code when stock is taken, and what a cart has of it.

use std::collections::BTreeSet;

use bilten_kernel::{PoolId, TicketTypeId, Timestamp};

use super::PromoRefused;
use crate::{
    pricing::LiveCode,
    promo::{Discount, PromoRules},
};

/// Stands between the codes of a cart, in which no code has it.
pub const CODES: &str = " + ";
/// Codes that one cart may name.
pub const MAX_CODES: usize = 5;

/// What matters of a promo code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromoFacts {
    /// Pool that counts its uses.
    pub pool: PoolId,
    /// What it takes off.
    pub discount: Discount,
    /// What it asks for, and does beside that; what its budget has left is counted in the pool below.
    pub rules: PromoRules,
    /// Pool that counts what it takes off, in minor units of the list, where it has a budget.
    pub budget: Option<PoolId>,
    /// Types that it holds for; `None` for all.
    pub types: Option<BTreeSet<TicketTypeId>>,
    /// Takes nothing off before.
    pub starts_at: Option<Timestamp>,
    /// Takes nothing off from then on.
    pub ends_at: Option<Timestamp>,
}

impl PromoFacts {
    /// Tells whether it takes something off each ticket and does nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.discount.is_per_ticket() && self.budget.is_none() && self.rules == PromoRules::default()
    }

    pub(super) fn covers(&self, ticket_type: TicketTypeId) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&ticket_type))
    }

    /// Tells whether it makes a locked type buyable.
    pub(super) fn opens(&self, ticket_type: TicketTypeId) -> bool {
        self.rules.unlocks && self.covers(ticket_type)
    }

    pub(super) fn check_window(&self, now: Timestamp) -> Result<(), PromoRefused> {
        match (self.starts_at, self.ends_at) {
            (Some(start), _) if now < start => Err(PromoRefused::NotYet(start)),
            (_, Some(end)) if now >= end => Err(PromoRefused::Over),
            _ => Ok(()),
        }
    }

    /// Tells the pricing engine, with what the budget has left.
    pub(super) fn live(&self, budget_left: Option<i64>) -> LiveCode {
        LiveCode {
            id: self.pool.uuid(),
            discount: self.discount.kind(),
            types: self.types.as_ref().map(|types| types.iter().copied().collect()),
            unlocks: self.rules.unlocks,
            is_fee_free: self.rules.is_fee_free,
            min_spend: self.rules.min_spend_minor.unwrap_or(0),
            budget_left,
            priority: self.rules.priority,
            stack_group: self.rules.stack_group,
        }
    }
}

/// Use of promo codes by a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromoUse {
    /// The codes that are used, with [`CODES`] between them.
    pub codes: String,
    /// What is counted: a use of each code, and what budgets pay in minor units.
    pub counted: Vec<(PoolId, i64)>,
    /// Whether it is one plain code, whose pool stands in the line by itself.
    is_plain: bool,
}

impl PromoUse {
    /// One use of one plain code.
    pub(super) fn of_plain(pool: PoolId, code: String) -> Self {
        Self {
            codes: code,
            counted: vec![(pool, 1)],
            is_plain: true,
        }
    }

    /// Uses of codes of which at least one is not plain, or of several.
    pub(super) const fn of_several(codes: String, counted: Vec<(PoolId, i64)>) -> Self {
        Self {
            codes,
            counted,
            is_plain: false,
        }
    }

    /// The pool of the code, when it is one plain code.
    pub(super) fn plain(&self) -> Option<PoolId> {
        let (pool, _) = self.counted.first().filter(|_| self.is_plain)?;
        Some(*pool)
    }

    /// Pools of codes, and of budgets, that may be limited per person.
    pub(super) fn limited(&self) -> impl Iterator<Item = PoolId> {
        self.counted.iter().filter(|_| !self.is_plain).map(|(pool, _)| *pool)
    }
}
