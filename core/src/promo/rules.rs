//! What a promo code asks for, and what it does beside a discount.

use crate::{catalog::MAX_PRICE_MINOR, inventory::MAX_TICKETS};

/// Money that one budget may have, in minor units.
pub const MAX_BUDGET_MINOR: i64 = 1_000_000_000_000;
/// Groups of codes that may be used together.
pub const MAX_STACK_GROUP: u32 = 20;
/// How far priorities go, up and down.
pub const MAX_PRIORITY: i32 = 1_000;
/// Orders of one person, at most, where a code limits them.
pub const MAX_PER_PERSON: u32 = 1_000;
/// Letters of a code that unlocks tickets, at least.
pub const MIN_UNLOCKING: usize = 8;

/// What a code asks for, and what it does beside its discount. Amounts are minor units of the list, without fees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PromoRules {
    /// Makes locked types buyable: those that the code holds for.
    pub unlocks: bool,
    /// No fee is passed on to the buyer of what the code holds for.
    pub is_fee_free: bool,
    /// It holds only where what it is for costs so much.
    pub min_spend_minor: Option<i64>,
    /// Orders that one person may make with it.
    pub max_per_person: Option<u32>,
    /// Money that it takes off in all carts and orders together.
    pub budget_minor: Option<i64>,
    /// It may be used with codes of other groups; nothing where it stands alone.
    pub stack_group: Option<u32>,
    /// Of codes that take off the same, the highest is used.
    pub priority: i32,
}

impl PromoRules {
    /// Names the first rule that makes no sense.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let is_within = |most: i64| move |minor: i64| (1..=most).contains(&minor);
        let spends = i64::from(MAX_TICKETS).saturating_mul(MAX_PRICE_MINOR);
        if !self.min_spend_minor.is_none_or(is_within(spends)) {
            Some("min_spend_minor")
        } else if !self.budget_minor.is_none_or(is_within(MAX_BUDGET_MINOR)) {
            Some("budget_minor")
        } else if !self
            .max_per_person
            .is_none_or(|most| (1..=MAX_PER_PERSON).contains(&most))
        {
            Some("max_per_person")
        } else if !self
            .stack_group
            .is_none_or(|group| (1..=MAX_STACK_GROUP).contains(&group))
        {
            Some("stack_group")
        } else if !(-MAX_PRIORITY..=MAX_PRIORITY).contains(&self.priority) {
            Some("priority")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_out_of_bounds_are_named() {
        let with = |change: fn(&mut PromoRules)| {
            let mut rules = PromoRules::default();
            change(&mut rules);
            rules.fault()
        };
        assert_eq!(with(|_| {}), None);
        assert_eq!(with(|rules| rules.min_spend_minor = Some(0)), Some("min_spend_minor"));
        assert_eq!(with(|rules| rules.budget_minor = Some(-1)), Some("budget_minor"));
        assert_eq!(with(|rules| rules.max_per_person = Some(0)), Some("max_per_person"));
        assert_eq!(with(|rules| rules.stack_group = Some(21)), Some("stack_group"));
        assert_eq!(with(|rules| rules.priority = 1_001), Some("priority"));
    }
}
