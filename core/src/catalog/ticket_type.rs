//! Ticket types and the pools of places that they draw on.

use std::sync::Arc;

use bilten_kernel::{Money, PoolId, TicketTypeId, Timestamp};
use jiff::civil::Date;

use super::{
    moving::Moving,
    price_tiers::{NewPriceTier, PriceTier},
    text::{Body, Line},
    ticket_kind::TicketKind,
};
use crate::pricing::{self, Attendance, OpenPrice, PlanInForce, TaxCode};

/// Ticket types that one event may have.
pub const MAX_TICKET_TYPES: usize = 50;
/// Places that one pool may have.
pub const MAX_CAPACITY: i64 = 1_000_000;
/// Price of one ticket, in minor units.
pub const MAX_PRICE_MINOR: i64 = 100_000_000;

/// Name of a shared pool.
pub type PoolName = Line<1, 120>;

/// Kind of ticket that an event sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketType {
    /// Identifies the type.
    pub id: TicketTypeId,
    /// Place in the list of types.
    pub position: i32,
    /// Name, price, limits and sale window.
    pub terms: SaleTerms,
    /// Price of one ticket in the list when no tier has room: what the organizer asks for. What buyers see is
    /// [`display_price`](Self::display_price).
    pub price: Money,
    /// Lower prices that come first, for so many tickets each; mostly none.
    pub tiers: Vec<PriceTier>,
    /// Bounds of the price of the list where buyers name it; the price is what is suggested then.
    pub open_price: Option<OpenPrice>,
    /// How the price moves with demand, where a policy is on.
    pub moving: Option<Moving>,
    /// Pools that each ticket takes one place of, never none.
    pub pools: Vec<Pool>,
    /// Whether each ticket also takes a seat.
    pub is_seated: bool,
    /// Tax and fees that make its list prices what buyers see.
    pub pricing: TypePricing,
}

/// What makes a price of the list the price that buyers see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypePricing {
    /// Tax that the type names, if it names one.
    pub tax: Option<TaxCode>,
    /// Whether its holder goes there or watches from elsewhere, which is taxed by who buys.
    pub attendance: Attendance,
    /// Day of the event, in its zone.
    pub day: Option<Date>,
    /// The shop's plan of taxes and fees, if one stands.
    pub plan: Option<Arc<PlanInForce>>,
}

impl TypePricing {
    /// The price that buyers see of what costs so much in the list.
    pub fn display_price(&self, list: Money) -> Money {
        pricing::display_price(self.plan.as_ref(), list, (self.tax, self.day))
    }
}

impl TicketType {
    /// Returns what the next ticket costs, with everything that the buyer cannot avoid. Every page, mail and answer shows this.
    /// Where buyers name the price, it is the least that they may name.
    pub fn display_price(&self, now: Timestamp) -> Money {
        if let Some(bounds) = self.open_price {
            return self.pricing.display_price(Money::new(bounds.min, self.price.currency));
        }
        let open = self.tiers.iter().find(|tier| tier.is_open(now));
        self.pricing.display_price(open.map_or(self.price, |tier| tier.price))
    }

    /// As [`display_price`](Self::display_price), when no tier has room.
    pub fn display_price_of_rest(&self) -> Money {
        self.pricing.display_price(self.price)
    }

    /// Where buyers name the price: the most that they may name, and what is suggested, with everything that they cannot avoid.
    pub fn open_display_prices(&self) -> Option<(Money, Money)> {
        let bounds = self.open_price?;
        let shown = |minor| self.pricing.display_price(Money::new(minor, self.price.currency));
        Some((shown(bounds.max), shown(self.price.minor.clamp(bounds.min, bounds.max))))
    }

    /// Returns the number of tickets that can exist: the smallest of its pools.
    pub fn capacity(&self) -> i64 {
        self.pools.iter().map(|p| p.capacity).min().unwrap_or(0)
    }

    /// Returns how many places nobody has bought or put in a cart.
    pub fn left(&self) -> i64 {
        self.pools.iter().map(Pool::left).min().unwrap_or(0).max(0)
    }

    /// Returns how many places nobody has bought.
    pub fn unsold(&self) -> i64 {
        self.pools.iter().map(|p| p.capacity - p.sold).min().unwrap_or(0).max(0)
    }

    /// Returns the pool that only this type draws on, when it has one.
    pub fn own_pool(&self) -> Option<&Pool> {
        self.pools.iter().find(|p| p.id == own_pool_id(self.id))
    }
}

/// Says which pool is a type's own: it has the id of the type.
pub const fn own_pool_id(ticket_type: TicketTypeId) -> PoolId {
    PoolId::from_uuid(ticket_type.uuid())
}

/// How a type is sold, apart from its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleTerms {
    /// Name.
    pub name: Line<1, 120>,
    /// What the ticket gives.
    pub description: Body<2_000>,
    /// Fewest tickets of the type in one order.
    pub min_per_order: u32,
    /// Most tickets of the type in one order.
    pub max_per_order: u32,
    /// When the sale opens; with the publication when none is set.
    pub sale_starts_at: Option<Timestamp>,
    /// When the sale closes; with the end of the event when none is set.
    pub sale_ends_at: Option<Timestamp>,
    /// Hidden types are neither shown nor sold on the storefront.
    pub is_hidden: bool,
    /// Nobody has locked types in a cart without a promo code that unlocks them. They are hidden as well.
    pub is_locked: bool,
    /// Whether it admits, or is an add-on.
    pub kind: TicketKind,
}

/// Places that can be sold once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Identifies the pool.
    pub id: PoolId,
    /// Name of a shared pool; empty for a type's own.
    pub name: String,
    /// Places there are.
    pub capacity: i64,
    /// Places in carts that have not expired.
    pub held: i64,
    /// Places sold.
    pub sold: i64,
    /// Free places that the waiting list is about to get; not for buyers.
    pub reserved: i64,
}

impl Pool {
    /// Returns the places that a buyer can take now.
    pub const fn left(&self) -> i64 {
        self.capacity - self.held - self.sold - self.reserved
    }
}

/// What a new ticket type needs.
#[derive(Debug, Clone)]
pub struct NewTicketType {
    /// Name, limits and sale window.
    pub terms: SaleTerms,
    /// Price of the list in minor units of the event's currency.
    pub price_minor: i64,
    /// Where its places come from.
    pub stock: Stock,
    /// Lower prices that come first, and what one person may have.
    pub rules: SaleRules,
}

/// Rules of a sale that many want to be first in; mostly none.
#[derive(Debug, Clone, Default)]
pub struct SaleRules {
    /// Lower prices that come first, for so many tickets each.
    pub tiers: Vec<NewPriceTier>,
    /// Most tickets that one person may have over all his orders.
    pub max_per_person: Option<u32>,
    /// Bounds of the price of the list where buyers name it.
    pub open_price: Option<OpenPrice>,
}

impl NewTicketType {
    /// Makes a type with an own pool of places, ten tickets an order at most, on sale at once.
    pub fn new(name: Line<1, 120>, price_minor: i64, capacity: i64) -> Self {
        Self {
            terms: SaleTerms {
                name,
                description: Body::default(),
                min_per_order: 1,
                max_per_order: 10,
                sale_starts_at: None,
                sale_ends_at: None,
                is_hidden: false,
                is_locked: false,
                kind: TicketKind::Admission,
            },
            price_minor,
            stock: Stock::own(capacity),
            rules: SaleRules::default(),
        }
    }
}

/// What a new shared pool needs.
#[derive(Debug, Clone)]
pub struct NewPool {
    /// Identity, known beforehand so that new types can name the pool.
    pub id: PoolId,
    /// Name, such as `Hall`.
    pub name: PoolName,
    /// Places there are.
    pub capacity: i64,
}

/// Where the places of a type come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    /// Places of its own pool, when it has one.
    pub own_capacity: Option<i64>,
    /// Shared pools that it also draws on.
    pub shared: Vec<PoolId>,
}

impl Stock {
    /// Only an own pool.
    pub const fn own(capacity: i64) -> Self {
        Self {
            own_capacity: Some(capacity),
            shared: Vec::new(),
        }
    }
}

/// What shall change about a ticket type; `None` keeps what is there.
#[derive(Debug, Clone, Default)]
pub struct TicketTypeChange {
    /// Name, limits and sale window.
    pub terms: Option<SaleTerms>,
    /// Price; carts that exist keep the old one.
    pub price_minor: Option<i64>,
    /// Place in the list of types.
    pub position: Option<i32>,
    /// Places of its own pool.
    pub stock: StockChange,
}

/// What shall happen to a type's own pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StockChange {
    /// It stays.
    #[default]
    Keep,
    /// It shall have so many places.
    OwnCapacity(i64),
}

/// Says what is wrong with how a type shall be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// Limits per order contradict each other or lie outside 1 to 100.
    #[error("the limits per order must lie between 1 and 100, the least not above the most")]
    PerOrderLimits,
    /// The sale would close before it opens.
    #[error("the sale ends before it starts")]
    SaleWindow,
    /// The price is negative or absurd.
    #[error("the price must lie between 0 and 100,000,000 minor units")]
    Price,
    /// The capacity is negative or absurd.
    #[error("the capacity must lie between 0 and 1,000,000 places")]
    Capacity,
    /// An add-on may be bought never, or absurdly often.
    #[error("an add-on may be bought 1 to 20 times for each ticket that admits")]
    PerAdmission,
}

/// Checks what belongs together in the terms of a type.
///
/// # Errors
/// Limits, sale window, price or kind make no sense.
pub fn check_terms(terms: &SaleTerms, price_minor: i64) -> Result<(), TermsError> {
    if terms.min_per_order < 1 || terms.max_per_order > 100 || terms.min_per_order > terms.max_per_order {
        return Err(TermsError::PerOrderLimits);
    }
    if let (Some(start), Some(end)) = (terms.sale_starts_at, terms.sale_ends_at)
        && end <= start
    {
        return Err(TermsError::SaleWindow);
    }
    if !(0..=MAX_PRICE_MINOR).contains(&price_minor) {
        return Err(TermsError::Price);
    }
    if !terms.kind.is_sound() {
        return Err(TermsError::PerAdmission);
    }
    Ok(())
}

/// Checks a number of places.
///
/// # Errors
/// It is negative or above [`MAX_CAPACITY`].
pub fn check_capacity(capacity: i64) -> Result<(), TermsError> {
    if (0..=MAX_CAPACITY).contains(&capacity) {
        Ok(())
    } else {
        Err(TermsError::Capacity)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn sample_type(capacity: i64, held: i64, sold: i64) -> TicketType {
        let id = TicketTypeId::from_uuid(uuid::Uuid::from_u128(7));
        TicketType {
            id,
            position: 0,
            terms: NewTicketType::new("Day pass".parse().unwrap(), 0, 0).terms,
            price: Money::new(10_000, "NOK".parse().unwrap()),
            tiers: Vec::new(),
            open_price: None,
            moving: None,
            pools: vec![Pool {
                id: own_pool_id(id),
                name: String::new(),
                capacity,
                held,
                sold,
                reserved: 0,
            }],
            is_seated: false,
            pricing: TypePricing::default(),
        }
    }

    #[test]
    fn the_scarcest_pool_decides() {
        let mut ticket_type = sample_type(100, 10, 20);
        ticket_type.pools.push(Pool {
            id: PoolId::from_uuid(uuid::Uuid::from_u128(8)),
            name: "Hall".into(),
            capacity: 90,
            held: 0,
            sold: 85,
            reserved: 0,
        });
        assert_eq!(
            (ticket_type.capacity(), ticket_type.left(), ticket_type.unsold()),
            (90, 5, 5)
        );
        assert_eq!(ticket_type.own_pool().unwrap().capacity, 100);
    }

    #[test]
    fn senseless_terms_are_refused() {
        let good = sample_type(1, 0, 0).terms;
        assert_eq!(check_terms(&good, 0), Ok(()));
        assert_eq!(check_terms(&good, -1), Err(TermsError::Price));
        assert_eq!(check_terms(&good, MAX_PRICE_MINOR + 1), Err(TermsError::Price));
        for (min, max) in [(0, 1), (2, 1), (1, 101)] {
            let terms = SaleTerms {
                min_per_order: min,
                max_per_order: max,
                ..good.clone()
            };
            assert_eq!(check_terms(&terms, 0), Err(TermsError::PerOrderLimits));
        }
        let at: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        let terms = SaleTerms {
            sale_starts_at: Some(at),
            sale_ends_at: Some(at),
            ..good
        };
        assert_eq!(check_terms(&terms, 0), Err(TermsError::SaleWindow));
        let terms = SaleTerms {
            kind: TicketKind::AddOn { per_admission: 0 },
            sale_starts_at: None,
            ..terms
        };
        assert_eq!(check_terms(&terms, 0), Err(TermsError::PerAdmission));
        assert_eq!(check_capacity(-1), Err(TermsError::Capacity));
        assert_eq!(check_capacity(MAX_CAPACITY + 1), Err(TermsError::Capacity));
    }
}
