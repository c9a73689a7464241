//! Price offers on a cart: the steps of the pricing engine, from the price of the list to that before fees.

use bilten_kernel::{Money, Timestamp};

use super::{HoldError, HoldLine, PromoFacts, Stock, promo::Reduced};
use crate::{
    offers,
    pricing::{Cut, ListPrice, LiveCode, LivePrice, LiveTicket, reduce},
    promo::Discount,
};

impl Stock {
    /// Takes off what offers, and a promo code that holds now, take off; tickets of one type that end at different prices become
    /// lines of their own.
    pub(super) fn with_offers(
        &self,
        full: Vec<HoldLine>,
        code: Option<&PromoFacts>,
        now: Timestamp,
    ) -> Result<Reduced, HoldError> {
        if self.offers.is_empty() {
            return Ok(Reduced {
                lines: full,
                by_code: false,
            });
        }
        let mut lines = full;
        // What a cart costs does not depend on the order in which it was filled.
        lines.sort_by_key(|line| line.ticket_type);
        let ticket = |line: &HoldLine| LiveTicket {
            ticket_type: line.ticket_type,
            price: line.list.map_or(line.unit_price, |list| list.price).minor,
            is_open: self.is_open_price(line.ticket_type),
        };
        let single = |line: &HoldLine| (0..line.quantity).map(|_| ticket(line)).collect::<Vec<_>>();
        let tickets: Vec<LiveTicket> = lines.iter().flat_map(single).collect();
        let code = code.map(|facts| LiveCode {
            cut: cut(facts.discount),
            types: facts.types.clone().map(|types| types.into_iter().collect()),
        });
        let rules = offers::rules(&self.offers);
        // Prices and rules were checked when they were set: their arithmetic is far from its bounds.
        let prices = reduce(&tickets, &rules, code, now).map_err(|_| HoldError::Malformed)?;
        let by_code = prices.iter().any(|price| price.by_code);
        let mut rest = prices.into_iter();
        let split = lines.iter().flat_map(|line| {
            let own = rest.by_ref().take(usize::try_from(line.quantity).unwrap_or(0));
            self.split(line, &own.collect::<Vec<_>>())
        });
        Ok(Reduced {
            lines: split.collect(),
            by_code,
        })
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
        let list = line.list.map(|list| ListPrice { price: money, ..list });
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

const fn cut(discount: Discount) -> Cut {
    match discount {
        Discount::Share(bp) => Cut::Percent(bp),
        Discount::Amount(minor) => Cut::Fixed(minor),
        Discount::Price(minor) => Cut::SetPrice(minor),
    }
}
