//! A price that moves with demand, as buyers are told of it.

use bilten_kernel::{Money, Timestamp};

use super::{Line, TicketType};

/// How the price of a type may move. What moves it is in [`price_policy`](crate::price_policy).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moving {
    /// Version of the policy that is on.
    pub version: i32,
    /// It never costs less: minor units of the list.
    pub floor: i64,
    /// It never costs more: minor units of the list.
    pub ceiling: i64,
    /// Nothing moves before.
    pub begins_at: Timestamp,
    /// What the shop says of it in its own words.
    pub notice: Line<0, 300>,
}

impl TicketType {
    /// What buyers see of a price of the list.
    pub fn display_price_at(&self, list_minor: i64) -> Money {
        self.pricing.display_price(Money::new(list_minor, self.price.currency))
    }

    /// Where the price moves with demand: the least and the most that it may come to, with everything that buyers cannot avoid. What
    /// a ticket costs now is always within.
    pub fn moving_display_range(&self) -> Option<(Money, Money)> {
        let moving = self.moving.as_ref()?;
        let shown = |minor| self.display_price_at(minor);
        // A fee may be lower for higher prices; and the price may still be that of before.
        let ends = [shown(moving.floor), shown(moving.ceiling), shown(self.price.minor)];
        let least = ends.into_iter().min_by_key(|price| price.minor)?;
        let most = ends.into_iter().max_by_key(|price| price.minor)?;
        Some((least, most))
    }
}
