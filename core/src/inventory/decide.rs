//! Decides who gets stock: pure, in order of arrival, on a snapshot that is locked.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use bilten_kernel::{Currency, PoolId, TicketTypeId, Timestamp};
use jiff::civil::Date;

use super::{Extras, HoldError, HoldLine, LimitReached, MAX_LINES, MAX_TICKETS, NotOnSale, PromoFacts};
use crate::{
    offers::PriceOffer,
    pricing::{OpenPrice, PlanInForce, TaxCode},
    promo::PromoCode,
    seating::{SeatKind, SeatMap},
};

/// What matters of an event.
#[derive(Debug, Clone)]
pub struct EventFacts {
    /// Why nothing is on sale, or `None`.
    pub closed: Option<NotOnSale>,
    /// Currency of all prices.
    pub currency: Currency,
    /// Most tickets that one person may have over all his orders.
    pub max_per_person: Option<u32>,
    /// Whether buyers may give something beside their tickets.
    pub takes_donations: bool,
    /// Day on which it is taxed.
    pub day: Option<Date>,
}

/// Counters of a pool.
#[derive(Debug, Clone, Copy, Default)]
pub struct PoolFacts {
    /// Places there are.
    pub capacity: i64,
    /// Places in carts.
    pub held: i64,
    /// Places sold.
    pub sold: i64,
}

impl PoolFacts {
    /// Places that nobody has.
    pub const fn free(self) -> i64 {
        self.capacity - self.held - self.sold
    }
}

/// What matters of a ticket type.
#[derive(Debug, Clone)]
pub struct TypeFacts {
    /// Price of one ticket in minor units.
    pub price_minor: i64,
    /// Fewest in one order.
    pub min_per_order: u32,
    /// Most in one order.
    pub max_per_order: u32,
    /// Not on sale before.
    pub sale_starts_at: Option<Timestamp>,
    /// Not on sale from then on.
    pub sale_ends_at: Option<Timestamp>,
    /// Most tickets of the type that one person may have over all his orders.
    pub max_per_person: Option<u32>,
    /// Kind of seat that each ticket takes; nothing when it takes none.
    pub seat_kind: Option<SeatKind>,
    /// Pools of which each ticket takes one place.
    pub pools: Vec<PoolId>,
    /// Tiers that are open, the first one sold first; what has no room in them costs `price_minor`.
    pub tiers: Vec<TierFacts>,
    /// Tax that the type names, if it names one.
    pub tax: Option<TaxCode>,
    /// Bounds of the price of the list where buyers name it; `price_minor` is what is suggested then.
    pub open_price: Option<OpenPrice>,
    /// Whether nobody has it in a cart without a code that unlocks it.
    pub is_locked: bool,
    /// Most in a cart for each ticket in it that admits; nothing where the type admits itself.
    pub per_admission: Option<u32>,
}

/// What matters of a price tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierFacts {
    /// Pool that counts the tickets at this price.
    pub pool: PoolId,
    /// Price of one ticket in minor units.
    pub price_minor: i64,
}

/// Stock of one event, locked by the transaction that read it.
#[derive(Debug, Clone)]
pub struct Stock {
    /// The event.
    pub event: EventFacts,
    /// Its pools, also those that count what is sold at the price of a tier.
    pub pools: BTreeMap<PoolId, PoolFacts>,
    /// Its ticket types.
    pub types: HashMap<TicketTypeId, TypeFacts>,
    /// Promo codes that somebody of the group named and that exist; their pools are among the others.
    pub promos: HashMap<PromoCode, PromoFacts>,
    /// Places newly held, by pool: what the transaction must add.
    pub taken: BTreeMap<PoolId, i64>,
    /// Types that somebody on the event's waiting list wants; he is served before any buyer.
    pub awaited: BTreeSet<TicketTypeId>,
    /// Free seats, once they were read for a group that wants some.
    pub seats: SeatMap,
    /// The shop's plan of taxes and fees, if one stands.
    pub plan: Option<Arc<PlanInForce>>,
    /// Price offers of the event that hold now; mostly none.
    pub offers: Vec<PriceOffer>,
}

impl Stock {
    /// Takes stock for one wish, wholly or not at all.
    ///
    /// # Errors
    /// Says why not; nothing was taken then.
    pub fn take(&mut self, items: &[(TicketTypeId, u32)], now: Timestamp) -> Result<Vec<HoldLine>, HoldError> {
        let (lines, _) = self.take_with(items, (None, &Extras::default()), now)?;
        Ok(lines)
    }

    /// Takes the places, and those of the tiers that the lines have their prices from.
    pub(super) fn grant(&mut self, mut wanted: BTreeMap<PoolId, i64>, lines: &[HoldLine]) {
        for line in lines {
            if let Some(tier) = line.tier {
                *wanted.entry(tier).or_default() += i64::from(line.quantity);
            }
        }
        for (pool, places) in wanted {
            if let Some(facts) = self.pools.get_mut(&pool) {
                facts.held += places;
            }
            *self.taken.entry(pool).or_default() += places;
        }
    }

    /// Tells whether anything of the event is limited per person.
    pub fn limits_persons(&self) -> bool {
        self.event.max_per_person.is_some() || self.types.values().any(|facts| facts.max_per_person.is_some())
    }

    /// Sums up the places that the wish needs, if all its pools have them.
    pub(super) fn places(&self, items: &[(TicketTypeId, u32)]) -> Result<BTreeMap<PoolId, i64>, HoldError> {
        let mut wanted: BTreeMap<PoolId, i64> = BTreeMap::new();
        for (ticket_type, quantity) in items {
            for pool in &self.types[ticket_type].pools {
                let sum = wanted.entry(*pool).or_default();
                *sum += i64::from(*quantity);
                let facts = self.pools.get(pool).copied().unwrap_or_default();
                if *sum > facts.free() {
                    return Err(short((*ticket_type, *quantity), facts, *sum));
                }
            }
        }
        Ok(wanted)
    }

    /// Tells whether the wishes together exceed what is free somewhere, so that expired holds must be looked for. A tier that
    /// is full is only a reason when carts have some of it: once all is sold, nothing comes back by itself.
    pub fn is_short_for<'a>(&self, wishes: impl Iterator<Item = &'a [(TicketTypeId, u32)]>) -> bool {
        let mut places: BTreeMap<PoolId, i64> = BTreeMap::new();
        let mut tiers: BTreeMap<PoolId, i64> = BTreeMap::new();
        for (ticket_type, quantity) in wishes.flatten() {
            let Some(facts) = self.types.get(ticket_type) else {
                continue;
            };
            for pool in &facts.pools {
                *places.entry(*pool).or_default() += i64::from(*quantity);
            }
            for tier in &facts.tiers {
                *tiers.entry(tier.pool).or_default() += i64::from(*quantity);
            }
        }
        let is_short =
            |(pool, wanted): (&PoolId, &i64)| self.pools.get(pool).is_none_or(|facts| *wanted > facts.free());
        places.iter().any(is_short)
            || tiers
                .iter()
                .any(|tier| is_short(tier) && self.pools.get(tier.0).is_some_and(|facts| facts.held > 0))
    }

    /// Tells whether anybody waits for one of the wanted types.
    pub fn is_awaited<'a>(&self, mut wishes: impl Iterator<Item = &'a [(TicketTypeId, u32)]>) -> bool {
        !self.awaited.is_empty() && wishes.any(|items| items.iter().any(|(id, _)| self.awaited.contains(id)))
    }

    /// Types that somebody waits for and of which places are free.
    pub fn servable(&self) -> impl Iterator<Item = (TicketTypeId, i64)> {
        let rooms = self
            .awaited
            .iter()
            .filter_map(|id| Some((*id, self.room(*id, self.types.get(id)?))));
        rooms.filter(|(_, room)| *room > 0)
    }

    /// Places that are free for a type: those of its scarcest pool, but no more than its free seats.
    pub fn room(&self, ticket_type: TicketTypeId, facts: &TypeFacts) -> i64 {
        let places = self.scarcest(facts, PoolFacts::free);
        self.seats
            .free_for(ticket_type)
            .map_or(places, |seats| places.min(seats))
    }

    /// Places that there can ever be for a type.
    pub fn size(&self, facts: &TypeFacts) -> i64 {
        self.scarcest(facts, |pool| pool.capacity)
    }

    fn scarcest(&self, facts: &TypeFacts, count: impl Fn(PoolFacts) -> i64) -> i64 {
        let counts = facts
            .pools
            .iter()
            .map(|pool| self.pools.get(pool).copied().map_or(0, &count));
        counts.min().unwrap_or(0).max(0)
    }

    /// Keeps up to so many free places of a type from everybody who is served later in this transaction. Nothing of it is
    /// written down.
    pub fn keep_back(&mut self, ticket_type: TicketTypeId, places: i64) {
        let Some(facts) = self.types.get(&ticket_type) else {
            return;
        };
        for pool in &facts.pools {
            if let Some(pool) = self.pools.get_mut(pool) {
                pool.held += places.min(pool.free()).max(0);
            }
        }
    }

    /// Takes back what [`take`](Self::take) gave; it is not written yet.
    pub fn put_back(&mut self, lines: &[HoldLine]) {
        for line in lines {
            let pools = self.types.get(&line.ticket_type).map(|facts| facts.pools.as_slice());
            for pool in pools.unwrap_or_default().iter().chain(&line.tier) {
                let places = i64::from(line.quantity);
                if let Some(facts) = self.pools.get_mut(pool) {
                    facts.held -= places;
                }
                *self.taken.entry(*pool).or_default() -= places;
            }
        }
    }

    /// Gives back places that expired holds had; the transaction has already written that.
    pub fn give_back(&mut self, pool: PoolId, places: i64) {
        if let Some(facts) = self.pools.get_mut(&pool) {
            facts.held -= places;
        }
    }

    /// Checks everything but the stock.
    pub(super) fn check(&self, items: &[(TicketTypeId, u32)], now: Timestamp) -> Result<(), HoldError> {
        check_shape(items)?;
        if let Some(why) = self.event.closed {
            return Err(HoldError::NotOnSale { ticket_type: None, why });
        }
        items.iter().try_for_each(|(ticket_type, quantity)| {
            self.types
                .get(ticket_type)
                .ok_or(HoldError::UnknownTicketType(*ticket_type))?
                .check(*ticket_type, *quantity, now)
        })?;
        self.check_add_ons(items)?;
        self.check_limits(items)
    }

    /// Refuses a cart that nobody could buy. What its buyer has already is counted at the checkout, where he is known.
    fn check_limits(&self, items: &[(TicketTypeId, u32)]) -> Result<(), HoldError> {
        // An add-on is no place at the event.
        let event = std::iter::once((None, self.admissions(items), self.event.max_per_person));
        let types = items
            .iter()
            .map(|(id, quantity)| (Some(*id), *quantity, self.types[id].max_per_person));
        for (ticket_type, wanted, max) in event.chain(types) {
            if let Some(max) = max.filter(|max| wanted > *max) {
                return Err(LimitReached {
                    ticket_type,
                    promo_code: None,
                    max,
                    has: 0,
                }
                .into());
            }
        }
        Ok(())
    }
}

impl TypeFacts {
    fn check(&self, ticket_type: TicketTypeId, quantity: u32, now: Timestamp) -> Result<(), HoldError> {
        if !(self.min_per_order..=self.max_per_order).contains(&quantity) {
            return Err(HoldError::QuantityOutOfRange {
                ticket_type,
                min: self.min_per_order,
                max: self.max_per_order,
            });
        }
        match self.not_on_sale(now) {
            None => Ok(()),
            Some(why) => Err(HoldError::NotOnSale {
                ticket_type: Some(ticket_type),
                why,
            }),
        }
    }

    /// Tells whether the type's own sale window is open.
    pub fn is_on_sale(&self, now: Timestamp) -> bool {
        self.not_on_sale(now).is_none()
    }

    fn not_on_sale(&self, now: Timestamp) -> Option<NotOnSale> {
        match (self.sale_starts_at, self.sale_ends_at) {
            (Some(start), _) if now < start => Some(NotOnSale::NotYet(start)),
            (_, Some(end)) if now >= end => Some(NotOnSale::Over),
            _ => None,
        }
    }
}

/// Checks what can be said of a wish without knowing any stock.
pub(super) fn check_shape(items: &[(TicketTypeId, u32)]) -> Result<(), HoldError> {
    let tickets = items
        .iter()
        .try_fold(0_u32, |sum, (_, quantity)| sum.checked_add(*quantity));
    let has_twin = items
        .iter()
        .enumerate()
        .any(|(i, (a, _))| items[..i].iter().any(|(b, _)| a == b));
    let has_nought = items.iter().any(|(_, quantity)| *quantity == 0);
    let fits = !items.is_empty() && items.len() <= MAX_LINES && !has_twin && !has_nought;
    match tickets {
        Some(1..=MAX_TICKETS) if fits => Ok(()),
        _ => Err(HoldError::Malformed),
    }
}

fn short((ticket_type, quantity): (TicketTypeId, u32), facts: PoolFacts, sum: i64) -> HoldError {
    let taken_by_earlier_lines = sum - i64::from(quantity);
    let left = (facts.free() - taken_by_earlier_lines).max(0);
    HoldError::SoldOut {
        ticket_type,
        left: u32::try_from(left).unwrap_or(u32::MAX),
        is_held_by_others: facts.held > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn tty(n: u128) -> TicketTypeId {
        Uuid::from_u128(n).into()
    }

    fn now() -> Timestamp {
        "2026-06-01T12:00:00Z".parse().unwrap()
    }

    /// Two types share pool 1 of 5 places; the second also takes from pool 2 of 2 places.
    fn stock() -> Stock {
        let pool = |n: u128| PoolId::from_uuid(Uuid::from_u128(n));
        let facts = |pools: Vec<PoolId>| TypeFacts {
            price_minor: 100,
            min_per_order: 1,
            max_per_order: 4,
            sale_starts_at: None,
            sale_ends_at: None,
            max_per_person: None,
            seat_kind: None,
            pools,
            tiers: Vec::new(),
            tax: None,
            open_price: None,
            is_locked: false,
            per_admission: None,
        };
        Stock {
            event: EventFacts {
                closed: None,
                currency: "NOK".parse().unwrap(),
                max_per_person: None,
                takes_donations: false,
                day: None,
            },
            pools: [
                (
                    pool(1),
                    PoolFacts {
                        capacity: 5,
                        held: 0,
                        sold: 0,
                    },
                ),
                (
                    pool(2),
                    PoolFacts {
                        capacity: 2,
                        held: 0,
                        sold: 0,
                    },
                ),
            ]
            .into(),
            types: [(tty(1), facts(vec![pool(1)])), (tty(2), facts(vec![pool(1), pool(2)]))].into(),
            promos: HashMap::new(),
            taken: BTreeMap::new(),
            awaited: BTreeSet::new(),
            seats: SeatMap::default(),
            plan: None,
            offers: Vec::new(),
        }
    }

    #[test]
    fn a_wish_is_served_wholly_or_not_at_all() {
        let mut stock = stock();
        assert!(stock.take(&[(tty(1), 2), (tty(2), 2)], now()).is_ok());
        let refused = stock.take(&[(tty(1), 1), (tty(2), 1)], now());
        assert_eq!(
            refused,
            Err(HoldError::SoldOut {
                ticket_type: tty(2),
                left: 0,
                is_held_by_others: true
            })
        );
        assert_eq!(stock.taken.values().copied().collect::<Vec<_>>(), [4, 2]);
        assert!(stock.take(&[(tty(1), 1)], now()).is_ok());
    }

    #[test]
    fn a_partial_answer_says_how_many_are_left() {
        let mut stock = stock();
        stock.take(&[(tty(1), 2)], now()).unwrap();
        let refused = stock.take(&[(tty(1), 4)], now());
        assert_eq!(
            refused,
            Err(HoldError::SoldOut {
                ticket_type: tty(1),
                left: 3,
                is_held_by_others: true
            })
        );
    }

    #[test]
    fn odd_wishes_are_refused() {
        let mut stock = stock();
        for items in [
            vec![],
            vec![(tty(1), 0)],
            vec![(tty(1), 1), (tty(1), 1)],
            vec![(tty(1), u32::MAX), (tty(2), 2)],
        ] {
            assert_eq!(stock.take(&items, now()), Err(HoldError::Malformed), "{items:?}");
        }
        assert_eq!(
            stock.take(&[(tty(1), 5)], now()),
            Err(HoldError::QuantityOutOfRange {
                ticket_type: tty(1),
                min: 1,
                max: 4
            })
        );
        assert_eq!(
            stock.take(&[(tty(9), 1)], now()),
            Err(HoldError::UnknownTicketType(tty(9)))
        );
    }

    #[test]
    fn the_sale_window_includes_its_start_and_excludes_its_end() {
        let mut stock = stock();
        stock.types.get_mut(&tty(1)).unwrap().sale_starts_at = Some(now());
        stock.types.get_mut(&tty(2)).unwrap().sale_ends_at = Some(now());
        assert!(stock.take(&[(tty(1), 1)], now()).is_ok());
        let over = HoldError::NotOnSale {
            ticket_type: Some(tty(2)),
            why: NotOnSale::Over,
        };
        assert_eq!(stock.take(&[(tty(2), 1)], now()), Err(over));
    }
}
