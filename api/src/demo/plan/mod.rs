//! What the demo consists of: three tenants, their staff, thirteen events. Data only; times are
//! relative to the moment of seeding, so that the demo is as fresh on any day.

mod devconf;
mod legal;
mod nordlys;
mod operahuset;

use bilten_core::seating::SeatKind;

pub use devconf::DEVCONF;
pub use legal::{PAGES, legal};
pub use nordlys::NORDLYS;
pub use operahuset::OPERAHUSET;

/// Tenants of the demo, in the order in which they are made.
pub const TENANTS: [&TenantPlan; 3] = [&NORDLYS, &OPERAHUSET, &DEVCONF];

/// A tenant.
#[derive(Debug)]
pub struct TenantPlan {
    /// Name in addresses, and of its theme.
    pub slug: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// One line about its legal form, for the footer.
    pub imprint: &'static str,
    /// Language unless the reader asks for another.
    pub locale: &'static str,
    /// Currency of its prices.
    pub currency: &'static str,
    /// Zone of its events.
    pub zone: &'static str,
    /// Who holds its events: name and short name.
    pub organizer: (&'static str, &'static str),
    /// Its taxes and fees.
    pub taxes: TaxPlan,
    /// What becomes of its money.
    pub money: MoneyPlan,
    /// Prices that move with demand.
    pub moving: &'static [MovingPlan],
    /// Its events.
    pub events: &'static [EventPlan],
}

/// A price that moves with demand; amounts are those of the list, in minor units.
#[derive(Debug)]
pub struct MovingPlan {
    /// Name of the event.
    pub event: &'static str,
    /// Name of the ticket type.
    pub ticket: &'static str,
    /// It never costs less.
    pub floor: i64,
    /// It never costs more.
    pub ceiling: i64,
    /// It moves by this.
    pub step: i64,
    /// Days before the event, and per cent that should be sold by then.
    pub curve: &'static [(u32, i32)],
    /// What buyers are told.
    pub notice: &'static str,
}

/// Taxes and fees of a tenant.
#[derive(Debug)]
pub struct TaxPlan {
    /// Short name, country and hundredths of a per cent of each rate; the first is that of most tickets.
    pub rates: &'static [(&'static str, &'static str, i32)],
    /// Number for value added tax.
    pub vat_id: Option<&'static str>,
    /// Names of ticket types with another rate.
    pub others: &'static [(&'static str, &'static str)],
    /// The tenant's own fee on each ticket: minor units, and hundredths of a per cent.
    pub service_fee: (i64, i32),
    /// The platform's fee, likewise.
    pub platform_fee: (i64, i32),
    /// Whether that is passed on to buyers.
    pub passes_on: bool,
}

/// What happens to a tenant's money beside plain sales.
#[derive(Debug)]
pub struct MoneyPlan {
    /// Promo codes.
    pub promos: &'static [PromoPlan],
    /// Payments that buyers contest with their banks.
    pub contests: &'static [ContestPlan],
    /// Whether the bank sends the first payout back, so that it is made again.
    pub is_bounced: bool,
}

impl MoneyPlan {
    /// Nothing but sales.
    pub const CALM: Self = Self {
        promos: &[],
        contests: &[],
        is_bounced: false,
    };
}

/// A promo code.
#[derive(Debug)]
pub struct PromoPlan {
    /// Name of its event.
    pub event: &'static str,
    /// What buyers type.
    pub code: &'static str,
    /// What it takes off each ticket, in hundredths of a per cent.
    pub share_bp: i32,
    /// Buyers of a hundred who have it.
    pub percent: u64,
}

/// A payment that its buyer contests.
#[derive(Debug)]
pub struct ContestPlan {
    /// Name of the event.
    pub event: &'static str,
    /// Days before the day of seeding when he does.
    pub opened: i64,
    /// Days before it when his bank decides, and whether for the shop.
    pub verdict: Option<(i64, bool)>,
}

/// An event.
#[derive(Debug)]
pub struct EventPlan {
    /// Name.
    pub name: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// Description in Markdown.
    pub description: &'static str,
    /// Kind of event.
    pub category: &'static str,
    /// When it begins.
    pub starts: Start,
    /// How long it lasts.
    pub minutes: i64,
    /// Minutes before the begin at which the doors open.
    pub doors_before: i64,
    /// Where it is.
    pub venue: VenuePlan,
    /// Shared pools: name and places.
    pub pools: &'static [(&'static str, i64)],
    /// Ticket types.
    pub types: &'static [TypePlan],
    /// What is promised about refunds.
    pub refund_policy: &'static str,
    /// Steps of its return policy: days before the begin, per cent of the price that is kept. None: only staff take back.
    pub returns: &'static [(u32, u32)],
    /// What has become of it.
    pub fate: Fate,
    /// Orders that people have placed.
    pub orders: u32,
}

/// A begin, relative to the day of seeding.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// Days from the day of seeding; before it when negative.
    pub days: i64,
    /// Moved forward to this day of the week (1 is Monday, 7 is Sunday).
    pub weekday: i8,
    /// Hour in the tenant's zone.
    pub hour: i8,
    /// Minute.
    pub minute: i8,
}

/// What has become of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is still being prepared.
    Draft,
    /// It was published so many days ago and people buy.
    OnSale {
        /// Days since its publication.
        since: i64,
    },
    /// It took place; most who had tickets came.
    TookPlace {
        /// Days since its publication.
        since: i64,
    },
    /// It was called off so many days ago and the money went back.
    Cancelled {
        /// Days since its publication.
        since: i64,
        /// Days since it was called off.
        ago: i64,
    },
}

impl Fate {
    /// Days since the publication; `None` for a draft.
    pub const fn since(self) -> Option<i64> {
        match self {
            Self::Draft => None,
            Self::OnSale { since } | Self::TookPlace { since } | Self::Cancelled { since, .. } => Some(since),
        }
    }
}

/// A place.
#[derive(Debug, Clone, Copy)]
pub struct VenuePlan {
    /// Name.
    pub name: &'static str,
    /// Street and number.
    pub street: &'static str,
    /// Postal code.
    pub postcode: &'static str,
    /// City.
    pub city: &'static str,
    /// Country, ISO 3166-1 alpha-2.
    pub country: &'static str,
}

/// A ticket type.
#[derive(Debug)]
pub struct TypePlan {
    /// Name.
    pub name: &'static str,
    /// What it gives.
    pub description: &'static str,
    /// Price of the list in minor units.
    pub price: i64,
    /// Places of its own pool, when it has one.
    pub capacity: Option<i64>,
    /// Shared pools by name.
    pub shared: &'static [&'static str],
    /// Most in one order.
    pub max: u32,
    /// Days from the day of seeding when its sale opens, at ten in the morning.
    pub opens: Option<i64>,
    /// Days from the day of seeding when its sale closes, at midnight.
    pub closes: Option<i64>,
    /// How often it is chosen, against the others of the event.
    pub weight: u32,
    /// Where its tickets sit, when they come with seats.
    pub seats: Option<SeatsPlan>,
    /// Makes it an add-on: so many for each ticket that admits. Its weight is then the share of orders with it, in per cent.
    pub per_admission: Option<u32>,
}

/// Where the tickets of a type sit.
#[derive(Debug)]
pub struct SeatsPlan {
    /// Section; types may share one.
    pub section: &'static str,
    /// Kind of seat.
    pub kind: SeatKind,
    /// Rows that the type adds to the section: `s` a seat, `w` a wheelchair place, a dot an aisle.
    pub rows: &'static [&'static str],
}

impl TypePlan {
    /// A type with an own pool that is on sale from the publication on.
    pub const fn plain(name: &'static str, description: &'static str, price: i64, capacity: i64, weight: u32) -> Self {
        Self {
            name,
            description,
            price,
            capacity: Some(capacity),
            shared: &[],
            max: 8,
            opens: None,
            closes: None,
            weight,
            seats: None,
            per_admission: None,
        }
    }

    /// Something bought beside tickets, by so many of a hundred buyers.
    pub const fn add_on(
        name: &'static str,
        description: &'static str,
        price: i64,
        capacity: i64,
        percent: u32,
    ) -> Self {
        Self {
            per_admission: Some(1),
            ..Self::plain(name, description, price, capacity, percent)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_thirteen_events_of_every_fate() {
        let events: Vec<_> = TENANTS.iter().flat_map(|tenant| tenant.events).collect();
        assert_eq!(events.len(), 13);
        for wanted in ["Draft", "OnSale", "TookPlace", "Cancelled"] {
            assert!(
                events.iter().any(|e| format!("{:?}", e.fate).starts_with(wanted)),
                "{wanted}"
            );
        }
        for event in events {
            assert!(event.name.len() <= 120 && event.summary.len() <= 300, "{}", event.name);
            assert!(event.types.iter().all(|t| t.capacity.is_some() || !t.shared.is_empty()));
            let known = |name: &&str| event.pools.iter().any(|(pool, _)| pool == name);
            assert!(event.types.iter().flat_map(|t| t.shared).all(known), "{}", event.name);
        }
        for tenant in TENANTS {
            let named = tenant.money.promos.iter().map(|promo| promo.event);
            let named = named.chain(tenant.money.contests.iter().map(|contest| contest.event));
            let named = named.chain(tenant.moving.iter().map(|moving| moving.event));
            for name in named {
                assert!(tenant.events.iter().any(|event| event.name == name), "{name}");
            }
        }
    }
}
