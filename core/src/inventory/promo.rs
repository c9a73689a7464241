//! What promo codes do to a cart, and what they count: decided with the places, on rows that are locked.
//!
//! A use is one cart, whatever is in it. It is counted in the pool of the code, so that whoever gets the last use has it, and
//! everybody else is told so and holds nothing. What a code with a budget takes off is counted in the pool of the budget, in
//! minor units; the last money is given out to the last unit. Codes that do nothing for the cart are not used.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{Money, PoolId, TicketTypeId, Timestamp};

use super::{CODES, Extras, HoldError, HoldLine, MAX_CODES, PromoFacts, PromoUse, Stock};
use crate::{
    pricing::ListPrice,
    promo::{Discount, PromoCode},
};

/// Tickets that somebody wants.
type Items = [(TicketTypeId, u32)];
/// A code that somebody named, with what matters of it.
type Named<'s> = (&'s PromoCode, &'s PromoFacts);

/// What is left of prices when everything was taken off.
pub(super) struct Reduced {
    /// The lines with their prices.
    pub lines: Vec<HoldLine>,
    /// Codes that did something, by their pools, with what each took off in minor units of the list.
    pub used: BTreeMap<PoolId, i64>,
}

/// Why a promo code takes nothing off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromoRefused {
    /// The event has no such code, or it was withdrawn.
    #[error("no such promo code")]
    Unknown,
    /// It holds from then on.
    #[error("the promo code does not hold yet")]
    NotYet(Timestamp),
    /// It held until lately.
    #[error("the promo code holds no longer")]
    Over,
    /// It takes nothing off any of these tickets.
    #[error("the promo code is not for these tickets")]
    NotForTickets,
    /// It wants more to be bought of what it is for.
    #[error("the promo code is for larger carts")]
    MinSpend(Money),
    /// All its uses, or all its money, are in carts and orders.
    #[error("the promo code is used up")]
    UsedUp {
        /// Whether carts have some of them, which may come back.
        is_held_by_others: bool,
    },
    /// More codes were named than one cart may have.
    #[error("a cart may have five promo codes at most")]
    TooMany,
}

impl Stock {
    /// Takes stock for one wish at the prices that offers, and promo codes, leave, wholly or not at all; the cart is one use of
    /// each code that does something. Where tickets come at the price of a tier, something is taken off that.
    ///
    /// # Errors
    /// Says why not; nothing was taken then.
    pub fn take_with(
        &mut self,
        items: &Items,
        (code, extras): (Option<&PromoCode>, &Extras),
        now: Timestamp,
    ) -> Result<(Vec<HoldLine>, Option<PromoUse>), HoldError> {
        self.check(items, now)?;
        self.check_extras(items, extras)?;
        let codes: BTreeSet<&PromoCode> = code.into_iter().chain(&extras.more_codes).collect();
        let named = self.named(&codes, now)?;
        self.check_locks(items, &named)?;
        if named.is_empty() {
            let wanted = self.places(items)?;
            let lines = self.with_offers(self.priced_all(items, extras), &[], now)?.lines;
            self.grant(wanted, &lines);
            return Ok((lines, None));
        }
        let full = self.priced_all(items, extras);
        let alone = named.first().filter(|(_, facts)| named.len() == 1 && facts.is_plain());
        let Reduced { lines, used } = match alone {
            Some((_, facts)) if self.offers.is_empty() => facts.reduce(self, full),
            _ => self.with_offers(full, &named, now)?,
        };
        let promo = self.used(&named, &used)?;
        let mut wanted = self.places(items)?;
        for (pool, places) in promo.iter().flat_map(|promo| &promo.counted) {
            wanted.insert(*pool, *places);
        }
        self.grant(wanted, &lines);
        Ok((lines, promo))
    }

    /// The codes that were named, all of which must hold now.
    fn named<'s>(&'s self, codes: &BTreeSet<&'s PromoCode>, now: Timestamp) -> Result<Vec<Named<'s>>, PromoRefused> {
        if codes.len() > MAX_CODES {
            return Err(PromoRefused::TooMany);
        }
        let found = |code: &&'s PromoCode| {
            let facts = self.promos.get(*code).ok_or(PromoRefused::Unknown)?;
            facts.check_window(now)?;
            Ok((*code, facts))
        };
        codes.iter().map(found).collect()
    }

    /// Answers locked types that no code unlocks like types that do not exist.
    fn check_locks(&self, items: &Items, named: &[Named<'_>]) -> Result<(), HoldError> {
        let is_shut = |id: TicketTypeId| self.is_locked(id) && !named.iter().any(|(_, facts)| facts.opens(id));
        match items.iter().find(|(id, _)| is_shut(*id)) {
            Some((id, _)) => Err(HoldError::UnknownTicketType(*id)),
            None => Ok(()),
        }
    }

    pub(super) fn is_locked(&self, ticket_type: TicketTypeId) -> bool {
        self.types.get(&ticket_type).is_some_and(|facts| facts.is_locked)
    }

    /// What the cart counts of its codes, if they have that left.
    fn used(&self, named: &[Named<'_>], used: &BTreeMap<PoolId, i64>) -> Result<Option<PromoUse>, PromoRefused> {
        let has = |(_, facts): &&Named<'_>| used.contains_key(&facts.pool);
        if !named.iter().any(|named| has(&named)) {
            return self.why_none(named).map_or(Ok(None), Err);
        }
        let mut counted = Vec::new();
        let mut texts: Vec<&str> = Vec::new();
        for (code, facts) in named.iter().filter(has) {
            let uses = self.pools.get(&facts.pool).copied().unwrap_or_default();
            if uses.free() < 1 {
                let is_held_by_others = uses.held > 0;
                return Err(PromoRefused::UsedUp { is_held_by_others });
            }
            counted.push((facts.pool, 1));
            let saved = used.get(&facts.pool).copied().filter(|saved| *saved > 0);
            counted.extend(facts.budget.zip(saved));
            texts.push(code.as_str());
        }
        let plain = named.iter().filter(has).all(|(_, facts)| facts.is_plain());
        Ok(Some(match counted.as_slice() {
            [(pool, _)] if plain => PromoUse::of_plain(*pool, texts.join(CODES)),
            _ => PromoUse::of_several(texts.join(CODES), counted),
        }))
    }

    /// Says why none of the codes does anything; nothing when they only unlock what the cart does not want.
    fn why_none(&self, named: &[Named<'_>]) -> Option<PromoRefused> {
        for (_, facts) in named {
            if let Some(spent) = facts
                .budget
                .and_then(|pool| self.pools.get(&pool))
                .filter(|pool| pool.free() < 1)
            {
                let is_held_by_others = spent.held > 0;
                return Some(PromoRefused::UsedUp { is_held_by_others });
            }
        }
        let least = named.iter().find_map(|(_, facts)| facts.rules.min_spend_minor);
        if let Some(least) = least {
            return Some(PromoRefused::MinSpend(Money::new(least, self.event.currency)));
        }
        let only_unlocks = |(_, facts): &Named<'_>| {
            facts.rules.unlocks && facts.discount == Discount::Nothing && !facts.rules.is_fee_free
        };
        (!named.iter().all(only_unlocks)).then_some(PromoRefused::NotForTickets)
    }

    /// Takes back what [`take_with`](Self::take_with) counted; it is not written yet.
    pub(super) fn put_back_use(&mut self, used: Option<&PromoUse>) {
        for (pool, places) in used.iter().flat_map(|used| &used.counted) {
            if let Some(facts) = self.pools.get_mut(pool) {
                facts.held -= places;
            }
            *self.taken.entry(*pool).or_default() -= places;
        }
    }

    /// Tells whether a code of the cart is limited per person.
    pub(super) fn limits_uses(&self, used: Option<&PromoUse>) -> bool {
        let is_limited = |(pool, _): &(PoolId, i64)| {
            let mut promos = self.promos.values();
            promos.any(|facts| facts.pool == *pool && facts.rules.max_per_person.is_some())
        };
        used.is_some_and(|used| used.counted.iter().any(is_limited))
    }

    /// Tells whether the wishes together may need more uses of a code, or more of its budget, than there is while carts have some, so
    /// that expired holds must be looked for.
    pub fn is_short_of_uses<'a>(&self, wishes: impl Iterator<Item = (&'a PromoCode, &'a Items)>) -> bool {
        let mut wanted: BTreeMap<PoolId, i64> = BTreeMap::new();
        for (code, items) in wishes {
            let Some(facts) = self.promos.get(code) else { continue };
            *wanted.entry(facts.pool).or_default() += 1;
            if let Some(budget) = facts.budget {
                *wanted.entry(budget).or_default() += self.worth(items);
            }
        }
        wanted.iter().any(|(pool, places)| {
            let facts = self.pools.get(pool);
            facts.is_some_and(|facts| *places > facts.free() && facts.held > 0)
        })
    }

    /// What tickets cost in the list at most, in minor units.
    fn worth(&self, items: &Items) -> i64 {
        let of_type = |(id, quantity): &(TicketTypeId, u32)| {
            let facts = self.types.get(id)?;
            let tiers = facts.tiers.iter().map(|tier| tier.price_minor);
            let price = tiers.chain([facts.price_minor]).max()?;
            Some(price.saturating_mul(i64::from(*quantity)))
        };
        items.iter().filter_map(of_type).fold(0, i64::saturating_add)
    }
}

impl PromoFacts {
    /// Takes something off the lines that it holds for; tells whether it did. It is taken off the price without fees, so that
    /// fees that are a share of it shrink as well.
    fn reduce(&self, stock: &Stock, mut lines: Vec<HoldLine>) -> Reduced {
        let mut used = BTreeMap::new();
        for line in &mut lines {
            let price = line.list.map_or(line.unit_price, |list| list.price);
            let off = self.discount.off(price.minor);
            let price = Money::new(price.minor - off, price.currency);
            let list = line.list.map(|list| ListPrice { price, ..list });
            let reduced = stock.display_price(price, list);
            let is_meant = self.covers(line.ticket_type) && !stock.is_open_price(line.ticket_type);
            if is_meant && reduced.minor < line.unit_price.minor {
                line.full_price = Some(line.unit_price);
                line.unit_price = reduced;
                line.list = list;
                *used.entry(self.pool).or_default() += off.saturating_mul(i64::from(line.quantity));
            }
        }
        Reduced { lines, used }
    }
}
