//! Prices of a wish, from stock that is locked: tiers while they have room, and the fees and taxes of the shop's plan.

use bilten_kernel::{Money, TicketTypeId};

use super::{Extras, HoldLine, Stock};
use crate::pricing::ListPrice;

impl Stock {
    /// Prices the whole wish.
    pub(super) fn priced_all(&self, items: &[(TicketTypeId, u32)], extras: &Extras) -> Vec<HoldLine> {
        items
            .iter()
            .flat_map(|(ticket_type, quantity)| self.priced(*ticket_type, *quantity, extras.named(*ticket_type)))
            .collect()
    }

    /// Prices tickets of one type: as many as fit at the price of each tier in turn, the rest at the type's own. Where buyers name
    /// the price there are no tiers.
    fn priced(&self, ticket_type: TicketTypeId, quantity: u32, named: Option<i64>) -> Vec<HoldLine> {
        let facts = &self.types[&ticket_type];
        let line = |quantity, price_minor, tier| {
            let price = Money::new(price_minor, self.event.currency);
            let list = self
                .plan
                .as_ref()
                .map(|plan| plan.list(price, facts.tax, self.event.day));
            HoldLine {
                ticket_type,
                quantity,
                unit_price: self.display_price(price, list),
                full_price: None,
                offer: None,
                tier,
                list,
            }
        };
        if let Some(bounds) = facts.open_price {
            return vec![line(quantity, self.open_list_price(facts, bounds, named), None)];
        }
        let mut lines = Vec::with_capacity(1);
        let mut rest = quantity;
        for tier in &facts.tiers {
            let room = self.pools.get(&tier.pool).map_or(0, |pool| pool.free().max(0));
            let fit = rest.min(u32::try_from(room).unwrap_or(u32::MAX));
            if fit > 0 {
                lines.push(line(fit, tier.price_minor, Some(tier.pool)));
                rest -= fit;
            }
        }
        if rest > 0 {
            lines.push(line(rest, facts.price_minor, None));
        }
        lines
    }

    /// What a buyer pays for a ticket: the price itself, or with the fees and taxes of the plan that stands.
    pub(super) fn display_price(&self, price: Money, list: Option<ListPrice>) -> Money {
        match (&self.plan, list) {
            (Some(plan), Some(list)) => plan.plan.display_price(list),
            _ => price,
        }
    }
}
