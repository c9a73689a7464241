//! What a promo code takes off a cart, and its uses: decided with the places, on rows that are locked.
//!
//! A use is one cart, whatever is in it. It is counted in the pool of the code, so that whoever gets the last use has it, and
//! everybody else is told so and holds nothing.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{Money, PoolId, TicketTypeId, Timestamp};

use super::{Extras, HoldError, HoldLine, Stock};
use crate::{
    pricing::ListPrice,
    promo::{Discount, PromoCode},
};

/// What matters of a promo code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromoFacts {
    /// Pool that counts its uses.
    pub pool: PoolId,
    /// What it takes off each ticket.
    pub discount: Discount,
    /// Types that it holds for; `None` for all.
    pub types: Option<BTreeSet<TicketTypeId>>,
    /// Takes nothing off before.
    pub starts_at: Option<Timestamp>,
    /// Takes nothing off from then on.
    pub ends_at: Option<Timestamp>,
}

/// Use of a promo code by a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromoUse {
    /// Pool that counts it.
    pub pool: PoolId,
    /// The code.
    pub code: PromoCode,
}

/// What is left of prices when everything was taken off.
pub(super) struct Reduced {
    /// The lines with their prices.
    pub lines: Vec<HoldLine>,
    /// Whether the promo code took something off.
    pub by_code: bool,
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
    /// All its uses are in carts and orders.
    #[error("the promo code is used up")]
    UsedUp {
        /// Whether carts have some of them, which may come back.
        is_held_by_others: bool,
    },
}

impl Stock {
    /// Takes stock for one wish at the prices that offers, and a promo code, leave, wholly or not at all; the cart is one use of
    /// the code. Where tickets come at the price of a tier, something is taken off that.
    ///
    /// # Errors
    /// Says why not; nothing was taken then.
    pub fn take_with(
        &mut self,
        items: &[(TicketTypeId, u32)],
        (code, extras): (Option<&PromoCode>, &Extras),
        now: Timestamp,
    ) -> Result<(Vec<HoldLine>, Option<PromoUse>), HoldError> {
        self.check(items, now)?;
        self.check_extras(items, extras)?;
        let Some(code) = code else {
            let wanted = self.places(items)?;
            let lines = self.with_offers(self.priced_all(items, extras), None, now)?.lines;
            self.grant(wanted, &lines);
            return Ok((lines, None));
        };
        let facts = self.promos.get(code).ok_or(PromoRefused::Unknown)?;
        facts.check_window(now)?;
        let full = self.priced_all(items, extras);
        let Reduced { lines, by_code } = if self.offers.is_empty() {
            facts.reduce(self, full)
        } else {
            self.with_offers(full, Some(facts), now)?
        };
        if !by_code {
            return Err(PromoRefused::NotForTickets.into());
        }
        let pool = facts.pool;
        let uses = self.pools.get(&pool).copied().unwrap_or_default();
        if uses.free() < 1 {
            let is_held_by_others = uses.held > 0;
            return Err(PromoRefused::UsedUp { is_held_by_others }.into());
        }
        let mut wanted = self.places(items)?;
        wanted.insert(pool, 1);
        self.grant(wanted, &lines);
        let code = code.clone();
        Ok((lines, Some(PromoUse { pool, code })))
    }

    /// Takes back a use that [`take_with`](Self::take_with) counted; it is not written yet.
    pub(super) fn put_back_use(&mut self, used: Option<&PromoUse>) {
        let Some(PromoUse { pool, .. }) = used else { return };
        if let Some(facts) = self.pools.get_mut(pool) {
            facts.held -= 1;
        }
        *self.taken.entry(*pool).or_default() -= 1;
    }

    /// Tells whether the wishes together need more uses of a code than there are while carts have some, so that expired
    /// holds must be looked for.
    pub fn is_short_of_uses<'a>(&self, codes: impl Iterator<Item = &'a PromoCode>) -> bool {
        let mut wanted: BTreeMap<PoolId, i64> = BTreeMap::new();
        for facts in codes.filter_map(|code| self.promos.get(code)) {
            *wanted.entry(facts.pool).or_default() += 1;
        }
        wanted.iter().any(|(pool, uses)| {
            let facts = self.pools.get(pool);
            facts.is_some_and(|facts| *uses > facts.free() && facts.held > 0)
        })
    }
}

impl PromoFacts {
    fn check_window(&self, now: Timestamp) -> Result<(), PromoRefused> {
        match (self.starts_at, self.ends_at) {
            (Some(start), _) if now < start => Err(PromoRefused::NotYet(start)),
            (_, Some(end)) if now >= end => Err(PromoRefused::Over),
            _ => Ok(()),
        }
    }

    /// Takes something off the lines that it holds for; tells whether it did. It is taken off the price without fees, so that
    /// fees that are a share of it shrink as well.
    fn reduce(&self, stock: &Stock, mut lines: Vec<HoldLine>) -> Reduced {
        let mut by_code = false;
        for line in &mut lines {
            let is_meant = self
                .types
                .as_ref()
                .is_none_or(|types| types.contains(&line.ticket_type));
            let price = line.list.map_or(line.unit_price, |list| list.price);
            let price = Money::new(price.minor - self.discount.off(price.minor), price.currency);
            let list = line.list.map(|list| ListPrice { price, ..list });
            let reduced = stock.display_price(price, list);
            if is_meant && !stock.is_open_price(line.ticket_type) && reduced.minor < line.unit_price.minor {
                line.full_price = Some(line.unit_price);
                line.unit_price = reduced;
                line.list = list;
                by_code = true;
            }
        }
        Reduced { lines, by_code }
    }
}
