//! What a buyer decides himself: the price of tickets whose price he names, what he gives beside them, and further codes.

use bilten_kernel::{Currency, Money, TicketTypeId};
use sha2::{Digest, Sha256};

use super::{HoldError, Stock, TypeFacts};
use crate::{catalog::MAX_PRICE_MINOR, pricing::OpenPrice, promo::PromoCode};

/// What the buyer decides himself; mostly nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// All-in prices that he names for one ticket, in minor units; a type stands once. Who names none pays what is suggested.
    pub named: Vec<(TicketTypeId, i64)>,
    /// What he gives beside the tickets, in minor units: more than nothing.
    pub donation_minor: Option<i64>,
    /// Promo codes that he names beside the first.
    pub more_codes: Vec<PromoCode>,
}

impl Extras {
    pub(super) fn named(&self, ticket_type: TicketTypeId) -> Option<i64> {
        let mut named = self.named.iter();
        named.find(|(id, _)| *id == ticket_type).map(|(_, price)| *price)
    }

    pub(super) fn donation(&self, currency: Currency) -> Option<Money> {
        self.donation_minor.map(|minor| Money::new(minor, currency))
    }

    /// Adds what is decided to the hash of a request; nothing decided adds nothing.
    pub(super) fn hash_into(&self, hasher: &mut Sha256) {
        let mut named = self.named.clone();
        named.sort_unstable();
        for (ticket_type, price) in named {
            hasher.update(b"named");
            hasher.update(ticket_type.uuid().as_bytes());
            hasher.update(price.to_be_bytes());
        }
        for code in &self.more_codes {
            hasher.update(b"code");
            hasher.update(code.as_str());
        }
        if let Some(minor) = self.donation_minor {
            hasher.update(b"donation");
            hasher.update(minor.to_be_bytes());
        }
    }
}

impl Stock {
    /// Checks prices that were named, and the gift.
    pub(super) fn check_extras(&self, items: &[(TicketTypeId, u32)], extras: &Extras) -> Result<(), HoldError> {
        for (at, (ticket_type, price)) in extras.named.iter().enumerate() {
            let is_twin = extras.named.iter().take(at).any(|(other, _)| other == ticket_type);
            if is_twin || !items.iter().any(|(id, _)| id == ticket_type) {
                return Err(HoldError::Malformed);
            }
            self.check_named(*ticket_type, *price)?;
        }
        let is_sound = |minor: i64| self.event.takes_donations && (1..=MAX_PRICE_MINOR).contains(&minor);
        match extras.donation_minor {
            Some(minor) if !is_sound(minor) => Err(HoldError::DonationNotAllowed),
            Some(_) | None => Ok(()),
        }
    }

    fn check_named(&self, ticket_type: TicketTypeId, price: i64) -> Result<(), HoldError> {
        let refused = |bounds| HoldError::PriceNotAllowed { ticket_type, bounds };
        let facts = self
            .types
            .get(&ticket_type)
            .ok_or(HoldError::UnknownTicketType(ticket_type))?;
        let bounds = facts.open_price.ok_or_else(|| refused(None))?;
        let shown = |minor| self.shown(facts, minor);
        let (least, most) = (shown(bounds.min), shown(bounds.max));
        // Nothing has no fee. What is more than nothing must cover the fees that buyers pay.
        let is_nothing = price == 0 && bounds.min == 0;
        if is_nothing || (shown(bounds.min.max(1)).minor..=most.minor).contains(&price) {
            Ok(())
        } else {
            let least = if price == 0 { least } else { shown(bounds.min.max(1)) };
            Err(refused(Some((least, most))))
        }
    }

    /// The price of the list of a ticket whose price the buyer names: the highest with which he pays no more than he said.
    pub(super) fn open_list_price(&self, facts: &TypeFacts, bounds: OpenPrice, named: Option<i64>) -> i64 {
        let Some(paid) = named else {
            return facts.price_minor.clamp(bounds.min, bounds.max);
        };
        let (mut fits, mut beyond) = (bounds.min, bounds.max.saturating_add(1));
        while beyond - fits > 1 {
            let middle = fits + (beyond - fits) / 2;
            if self.shown(facts, middle).minor <= paid {
                fits = middle;
            } else {
                beyond = middle;
            }
        }
        fits
    }

    /// Tells whether buyers name the price of a type; nothing is taken off what they give.
    pub(super) fn is_open_price(&self, ticket_type: TicketTypeId) -> bool {
        self.types
            .get(&ticket_type)
            .is_some_and(|facts| facts.open_price.is_some())
    }

    fn shown(&self, facts: &TypeFacts, list_minor: i64) -> Money {
        let price = Money::new(list_minor, self.event.currency);
        let list = self
            .plan
            .as_ref()
            .map(|plan| plan.list(price, facts.tax, self.event.day));
        self.display_price(price, list)
    }
}
