//! Price offers and promo codes on a cart: the steps of the pricing engine, from the price of the list to that before fees.

use std::collections::BTreeMap;

use bilten_kernel::{Money, PoolId, Timestamp};

use super::{HoldError, HoldLine, PromoFacts, Stock, promo::Reduced};
use crate::{
    offers,
    pricing::{ListPrice, LiveCode, LivePrice, LiveTicket, reduce},
    promo::PromoCode,
};

impl Stock {
    /// Takes off what offers, and promo codes that hold now, take off; tickets of one type that end at different prices become
    /// lines of their own.
    pub(super) fn with_offers(
        &self,
        full: Vec<HoldLine>,
        codes: &[(&PromoCode, &PromoFacts)],
        now: Timestamp,
    ) -> Result<Reduced, HoldError> {
        if self.offers.is_empty() && codes.is_empty() {
            return Ok(Reduced {
                lines: full,
                used: BTreeMap::new(),
            });
        }
        let mut lines = full;
        // What a cart costs does not depend on the order in which it was filled.
        lines.sort_by_key(|line| line.ticket_type);
        let ticket = |line: &HoldLine| LiveTicket {
            ticket_type: line.ticket_type,
            price: line.list.map_or(line.unit_price, |list| list.price).minor,
            is_open: self.is_open_price(line.ticket_type),
            is_locked: self.is_locked(line.ticket_type),
        };
        let single = |line: &HoldLine| (0..line.quantity).map(|_| ticket(line)).collect::<Vec<_>>();
        let tickets: Vec<LiveTicket> = lines.iter().flat_map(single).collect();
        let left = |pool: PoolId| self.pools.get(&pool).map_or(0, |pool| pool.free());
        let live = |(_, facts): &(&PromoCode, &PromoFacts)| facts.live(facts.budget.map(left));
        let live: Vec<LiveCode> = codes.iter().map(live).collect();
        let rules = offers::rules(&self.offers);
        // Prices and rules were checked when they were set: their arithmetic is far from its bounds.
        let prices = reduce(&tickets, &rules, &live, now).map_err(|_| HoldError::Malformed)?;
        let mut used: BTreeMap<PoolId, i64> = BTreeMap::new();
        for (id, off) in prices.iter().flat_map(|price| &price.codes) {
            *used.entry(PoolId::from_uuid(*id)).or_default() += off;
        }
        let mut rest = prices.into_iter();
        let split = lines.iter().flat_map(|line| {
            let own = rest.by_ref().take(usize::try_from(line.quantity).unwrap_or(0));
            self.split(line, &own.collect::<Vec<_>>())
        });
        let split: Vec<HoldLine> = split.collect();
        self.note_silent(&split, codes, &mut used);
        Ok(Reduced { lines: split, used })
    }

    /// Adds codes to those that did something which took nothing off but unlocked tickets, or freed them of fees: of several that
    /// did the same, the first.
    fn note_silent(&self, lines: &[HoldLine], codes: &[(&PromoCode, &PromoFacts)], used: &mut BTreeMap<PoolId, i64>) {
        for line in lines {
            let id = line.ticket_type;
            let opener = codes.iter().find(|(_, facts)| self.is_locked(id) && facts.opens(id));
            let is_freed = self.is_freed(line);
            let freer = codes
                .iter()
                .find(|(_, facts)| is_freed && facts.rules.is_fee_free && facts.covers(id));
            for (_, facts) in opener.into_iter().chain(freer) {
                used.entry(facts.pool).or_default();
            }
        }
    }

    /// Tells whether the buyer would pay more for the tickets of a line if fees were passed on.
    fn is_freed(&self, line: &HoldLine) -> bool {
        let Some(list) = line.list.filter(|list| list.is_fee_free) else {
            return false;
        };
        let usual = ListPrice {
            is_fee_free: false,
            ..list
        };
        line.unit_price.minor < self.display_price(list.price, Some(usual)).minor
    }

    /// Makes a line for each price of what was one line.
    fn split(&self, line: &HoldLine, prices: &[LivePrice]) -> Vec<HoldLine> {
        let mut lines: Vec<HoldLine> = Vec::with_capacity(1);
        for price in prices {
            let own = self.reduced(line, price);
            match lines
                .iter_mut()
                .find(|other| other.unit_price == own.unit_price && other.list == own.list && other.offer == own.offer)
            {
                Some(same) => same.quantity += 1,
                None => lines.push(own),
            }
        }
        lines
    }

    fn reduced(&self, line: &HoldLine, price: &LivePrice) -> HoldLine {
        let money = Money::new(price.price, line.unit_price.currency);
        let list = line.list.map(|list| ListPrice {
            price: money,
            // What somebody named has no fee on top of it.
            is_fee_free: price.is_fee_free && !self.is_open_price(line.ticket_type),
            ..list
        });
        let unit_price = self.display_price(money, list);
        HoldLine {
            quantity: 1,
            full_price: Some(line.unit_price).filter(|full| unit_price.minor < full.minor),
            offer: offers::names(&self.offers, &price.rules),
            unit_price,
            list,
            ..line.clone()
        }
    }
}
