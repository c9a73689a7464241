//! The steps from the list to the price before fees. Each works on single tickets, which stand in a fixed order.

mod codes;
mod groups;

use std::collections::BTreeMap;

use bilten_kernel::{TicketTypeId, Timestamp};

pub(super) use codes::{promo, unlock, voucher};
pub(super) use groups::group;

use super::{
    AutoDiscount, CartLine, Cut, Item, PricingError, RuleRef, Step, Tier, exact::Exact, input::Channel, input::within,
    trail::Trail,
};

/// One ticket on its way to its price.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit<'a> {
    pub item: &'a Item,
    pub line: CartLine,
    /// Price of the list.
    pub list: i64,
    pub price: i64,
    /// Whether an earlier step gave it a discount that shuts others out.
    pub has_voucher: bool,
    pub is_fee_free: bool,
}

impl Unit<'_> {
    /// Whether discounts may touch it: what the buyer gives of his own will is not reduced.
    fn is_reducible(&self) -> bool {
        self.item.open_price.is_none()
    }

    /// The price after a cut: not above what it was, and not below the floor unless it was there already.
    fn cut(&self, cut: Cut) -> Result<i64, PricingError> {
        let cut = match cut {
            Cut::Percent(bp) => self.price - Exact::whole(self.price).times(Exact::basis_points(bp))?.round()?,
            Cut::Fixed(off) => self.price.saturating_sub(off),
            Cut::SetPrice(price) => price,
        };
        Ok(cut.max(self.bottom()).min(self.price))
    }

    /// No discount takes it lower.
    fn bottom(&self) -> i64 {
        self.item.floor.max(0).min(self.price)
    }

    fn set(&mut self, (step, rule): (Step, RuleRef), price: i64, (at, trail): (usize, &mut Trail)) {
        trail.note(step, Some(rule), at, (self.price, price));
        self.price = price;
    }
}

/// Where and when the cart is priced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub channel: Channel,
    pub now: Timestamp,
}

/// Prices of the list: tiers while they have room, or else the price of the type; then overrides, then what a dynamic policy set.
pub(super) fn list(units: &mut [Unit<'_>], moment: Moment, trail: &mut Trail) {
    let mut rooms: BTreeMap<TicketTypeId, Vec<u32>> = BTreeMap::new();
    for (at, unit) in units.iter_mut().enumerate() {
        let item = unit.item;
        let all = || item.tiers.iter().map(|tier| tier.room).collect();
        let rooms = rooms.entry(item.ticket_type).or_insert_with(all);
        let open = |(tier, room): &(&Tier, &mut u32)| **room > 0 && within(tier.from, tier.to, moment.now);
        let (price, rule) = match item.tiers.iter().zip(rooms).find(open) {
            Some((tier, room)) => {
                *room -= 1;
                (tier.price, Some(tier.rule))
            }
            None => (item.price, None),
        };
        trail.note(Step::List, rule, at, (0, price));
        unit.price = price;
    }
    for (at, unit) in units.iter_mut().enumerate() {
        let fits = |zone: Option<u32>| zone.is_none() || zone == unit.line.zone;
        let mut overrides = unit.item.overrides.iter();
        if let Some(other) = overrides.find(|other| fits(other.zone) && within(other.from, other.to, moment.now)) {
            unit.set((Step::Override, other.rule), other.price, (at, trail));
        }
    }
    for (at, unit) in units.iter_mut().enumerate() {
        if let Some(point) = unit.item.dynamic {
            unit.set((Step::Dynamic, point.rule), point.price, (at, trail));
        }
        unit.list = unit.price;
    }
}

/// Discounts that nobody asks for: a ticket has the first that lowers its price.
pub(super) fn automatic(
    rules: &[AutoDiscount],
    units: &mut [Unit<'_>],
    moment: Moment,
    trail: &mut Trail,
) -> Result<(), PricingError> {
    let mut order: Vec<&AutoDiscount> = rules
        .iter()
        .filter(|rule| rule.scope.is_open(moment.channel, moment.now))
        .collect();
    order.sort_by_key(|rule| (-i64::from(rule.priority), rule.rule));
    let mut has_one = vec![false; units.len()];
    for rule in order {
        let meant: Vec<usize> = (0..units.len())
            .filter(|at| units[*at].is_reducible() && rule.scope.covers(units[*at].item.ticket_type))
            .collect();
        if meant.len() < usize::try_from(rule.min_quantity).unwrap_or(usize::MAX) {
            continue;
        }
        for at in meant {
            let price = units[at].cut(rule.cut)?;
            if !has_one[at] && !units[at].has_voucher && price < units[at].price {
                has_one[at] = true;
                units[at].set((Step::Automatic, rule.rule), price, (at, trail));
            }
        }
    }
    Ok(())
}

/// What the buyer gives of his own will: what he said, but no less than the bounds allow.
pub(super) fn open_price(units: &mut [Unit<'_>], trail: &mut Trail) -> Result<(), PricingError> {
    for (at, unit) in units.iter_mut().enumerate() {
        let ticket_type = unit.item.ticket_type;
        match (unit.item.open_price, unit.line.named) {
            (None, None) => {}
            (None, Some(_)) => return Err(PricingError::NamedPrice(ticket_type)),
            (Some(bounds), named) => {
                let price = named.unwrap_or(unit.price).max(bounds.min).max(unit.item.floor);
                if price > bounds.max || named.is_some_and(|named| named < 0) {
                    return Err(PricingError::NamedPrice(ticket_type));
                }
                trail.note(Step::OpenPrice, None, at, (unit.price, price));
                unit.price = price;
            }
        }
    }
    Ok(())
}
