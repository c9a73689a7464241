//! What a buyer is told about a ticket type: honest, from counters and the clock alone.

use bilten_kernel::{Money, Timestamp};

use super::{Event, EventStatus, TicketType};

/// Below or at this number of tickets, few are left.
const FEW: i64 = 10;

/// State of a ticket type as a buyer meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Can be bought.
    Available {
        /// Tickets left; for limits of forms, not for showing.
        left: i64,
    },
    /// Can be bought, but at most 10 tickets or a tenth of them are left.
    FewLeft {
        /// Tickets left.
        left: i64,
    },
    /// Others have the rest in their carts; some usually come back.
    AllInCarts,
    /// Every ticket is sold.
    SoldOut,
    /// The sale has not opened.
    NotYet {
        /// When it opens.
        at: Timestamp,
    },
    /// The sale has closed.
    Over,
}

impl Availability {
    /// Stable code, for message keys and API answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Available { .. } => "available",
            Self::FewLeft { .. } => "few_left",
            Self::AllInCarts => "all_in_carts",
            Self::SoldOut => "sold_out",
            Self::NotYet { .. } => "not_yet",
            Self::Over => "over",
        }
    }

    /// Returns how many tickets can be put in a cart now.
    pub const fn left(self) -> i64 {
        match self {
            Self::Available { left } | Self::FewLeft { left } => left,
            Self::AllInCarts | Self::SoldOut | Self::NotYet { .. } | Self::Over => 0,
        }
    }

    /// Ranks from what a buyer likes most to what he likes least.
    const fn rank(self) -> u8 {
        match self {
            Self::Available { .. } => 0,
            Self::FewLeft { .. } => 1,
            Self::NotYet { .. } => 2,
            Self::AllInCarts => 3,
            Self::SoldOut => 4,
            Self::Over => 5,
        }
    }
}

/// Says what a buyer can do with a ticket type at an instant.
pub fn availability(event: &Event, ticket_type: &TicketType, now: Timestamp) -> Availability {
    let terms = &ticket_type.terms;
    let is_over = match event.status_at(now) {
        EventStatus::Ended | EventStatus::Cancelled => true,
        EventStatus::Draft | EventStatus::Published => terms.sale_ends_at.is_some_and(|end| end <= now),
    };
    if is_over {
        return Availability::Over;
    }
    // Places can be gone before the sale opens, when a shared pool was sold under another type.
    let minimum = i64::from(terms.min_per_order);
    if ticket_type.unsold() < minimum {
        return Availability::SoldOut;
    }
    if let Some(at) = terms.sale_starts_at.filter(|start| *start > now) {
        return Availability::NotYet { at };
    }
    let left = ticket_type.left();
    if left < minimum {
        Availability::AllInCarts
    } else if left <= FEW || left.saturating_mul(10) <= ticket_type.capacity() {
        Availability::FewLeft { left }
    } else {
        Availability::Available { left }
    }
}

/// Says in one word how an event stands: the best of its visible types that admit, `None` when it shows none.
pub fn overall(event: &Event, ticket_types: &[TicketType], now: Timestamp) -> Option<Availability> {
    ticket_types
        .iter()
        .filter(|t| !t.terms.is_hidden && !t.terms.kind.is_add_on())
        .map(|t| availability(event, t, now))
        .min_by_key(|state| state.rank())
}

/// Returns the lowest price, with everything that the buyer cannot avoid, of what admits and can be bought now, or else is not over.
pub fn from_price(event: &Event, ticket_types: &[TicketType], now: Timestamp) -> Option<Money> {
    let visible = || {
        let admits = |t: &&TicketType| !t.terms.is_hidden && !t.terms.kind.is_add_on();
        ticket_types.iter().filter(admits)
    };
    let state = |t: &TicketType| availability(event, t, now);
    let lowest =
        |prices: &mut dyn Iterator<Item = &TicketType>| prices.map(|t| t.display_price(now)).min_by_key(|p| p.minor);
    lowest(&mut visible().filter(|t| state(t).left() > 0))
        .or_else(|| lowest(&mut visible().filter(|t| state(t) != Availability::Over)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{SaleTerms, event::tests::sample_event, ticket_type::tests::sample_type};

    fn now() -> Timestamp {
        "2026-06-01T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn counters_decide_the_state() {
        let event = sample_event().publish(now()).unwrap();
        for (capacity, held, sold, expected) in [
            (1000, 0, 0, Availability::Available { left: 1000 }),
            (1000, 0, 899, Availability::Available { left: 101 }),
            (1000, 0, 900, Availability::FewLeft { left: 100 }),
            (12, 0, 1, Availability::Available { left: 11 }),
            (12, 1, 1, Availability::FewLeft { left: 10 }),
            (12, 12, 0, Availability::AllInCarts),
            (12, 1, 11, Availability::AllInCarts),
            (12, 0, 12, Availability::SoldOut),
            (0, 0, 0, Availability::SoldOut),
        ] {
            let ticket_type = sample_type(capacity, held, sold);
            assert_eq!(
                availability(&event, &ticket_type, now()),
                expected,
                "{capacity} {held} {sold}"
            );
        }
    }

    #[test]
    fn the_sale_window_decides_before_the_counters() {
        let event = sample_event().publish(now()).unwrap();
        let with = |starts: Option<Timestamp>, ends: Option<Timestamp>| TicketType {
            terms: SaleTerms {
                sale_starts_at: starts,
                sale_ends_at: ends,
                ..sample_type(1, 0, 0).terms
            },
            ..sample_type(100, 0, 0)
        };
        let later: Timestamp = "2026-06-01T00:00:01Z".parse().unwrap();
        assert_eq!(
            availability(&event, &with(Some(later), None), now()),
            Availability::NotYet { at: later }
        );
        assert_eq!(
            availability(&event, &with(Some(later), None), later).code(),
            "available"
        );
        assert_eq!(
            availability(&event, &with(None, Some(later)), now()).code(),
            "available"
        );
        assert_eq!(
            availability(&event, &with(None, Some(later)), later),
            Availability::Over
        );
        assert_eq!(
            availability(&event, &with(None, None), event.ends_at),
            Availability::Over
        );
        let cancelled = event.cancel(now()).unwrap();
        assert_eq!(availability(&cancelled, &with(None, None), now()), Availability::Over);
    }

    #[test]
    fn the_best_visible_type_speaks_for_the_event() {
        let event = sample_event().publish(now()).unwrap();
        let mut hidden = sample_type(100, 0, 0);
        hidden.terms.is_hidden = true;
        assert_eq!(
            overall(&event, &[hidden.clone(), sample_type(5, 0, 5)], now()),
            Some(Availability::SoldOut)
        );
        assert_eq!(overall(&event, &[hidden], now()), None);
    }

    #[test]
    fn the_price_shown_is_one_that_can_be_had() {
        let event = sample_event().publish(now()).unwrap();
        let mut cheap = sample_type(5, 0, 5);
        cheap.price.minor = 1;
        let dear = sample_type(5, 0, 0);
        assert_eq!(
            from_price(&event, &[cheap.clone(), dear.clone()], now()),
            Some(dear.price)
        );
        assert_eq!(
            from_price(&event, std::slice::from_ref(&cheap), now()),
            Some(cheap.price)
        );
        assert_eq!(from_price(&event, &[dear], event.ends_at), None);
    }
}
