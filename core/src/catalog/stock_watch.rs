//! Stock for showing: what is left of an event's tickets, read at most once a second however many ask.
//!
//! For pages only. What somebody really gets is decided by the inventory, under its locks.

use std::{collections::HashMap, sync::Arc};

use bilten_kernel::{EventId, Money, PoolId, TenantId, TicketTypeId, Timestamp};
use bilten_tenancy::{
    Db, DbError,
    watched::{Seen, WatchedMap},
};

use super::{Availability, EventDetail, Pool, availability, store::ticket_types};

/// Events whose stock is kept in memory.
const CAPACITY: u64 = 10_000;

/// Counters of an event, as they were at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventStock {
    /// Pools behind each ticket type.
    pub(super) pools: HashMap<TicketTypeId, Vec<Pool>>,
    /// Pools that count price tiers.
    pub(super) tiers: HashMap<PoolId, Pool>,
}

/// Reads the stock of events, each at most once a second.
#[derive(Debug, Clone)]
pub struct StockWatch {
    db: Db,
    seen: WatchedMap<(TenantId, EventId), Arc<EventStock>>,
}

impl StockWatch {
    /// Reads with the connections of this pool.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            seen: WatchedMap::new(CAPACITY),
        }
    }

    /// Returns what is in memory, and has it read again when that is due; never waits.
    pub fn peek(&self, tenant: TenantId, event: EventId, now: Timestamp) -> Option<Arc<EventStock>> {
        match self.seen.peek(&(tenant, event), now) {
            Seen::Fresh(stock) => Some(stock),
            Seen::Old(stock) => {
                let db = self.db.clone();
                let read = async move || read(&db, tenant, event, now).await;
                self.seen.refresh(&(tenant, event), now, read);
                Some(stock)
            }
            Seen::Nothing => None,
        }
    }

    /// Returns the stock, less than a second old, reading it when need be.
    ///
    /// # Errors
    /// The database refused.
    pub async fn get(&self, tenant: TenantId, event: EventId, now: Timestamp) -> Result<Arc<EventStock>, Arc<DbError>> {
        let read = async || read(&self.db, tenant, event, now).await;
        self.seen.get(&(tenant, event), now, read).await
    }
}

async fn read(db: &Db, tenant: TenantId, event: EventId, now: Timestamp) -> Result<Arc<EventStock>, DbError> {
    metrics::counter!("catalog_stock_read_total").increment(1);
    let mut tx = db.begin_in(tenant).await?;
    let stock = ticket_types::load_stock(&mut tx, event, now).await?;
    tx.commit().await?;
    Ok(Arc::new(stock))
}

impl EventDetail {
    /// Returns the event with other counters.
    #[must_use]
    pub fn with_stock(&self, stock: &EventStock) -> Self {
        let mut detail = self.clone();
        for ticket_type in &mut detail.ticket_types {
            ticket_type.pools = stock.pools.get(&ticket_type.id).cloned().unwrap_or_default();
            for tier in &mut ticket_type.tiers {
                if let Some(pool) = stock.tiers.get(&tier.pool.id) {
                    tier.pool = pool.clone();
                }
            }
        }
        detail
    }

    /// Returns what a page says of each ticket type at an instant, and what the next ticket costs. Numbers that no page shows are left out: of
    /// plenty, only whether it is enough for the largest order.
    pub fn outlook(&self, now: Timestamp) -> Vec<(Availability, Money)> {
        let said = self.ticket_types.iter().map(|ticket_type| {
            let availability = match availability(&self.event, ticket_type, now) {
                Availability::Available { left } => Availability::Available {
                    left: left.min(i64::from(ticket_type.terms.max_per_order)),
                },
                other => other,
            };
            (availability, ticket_type.display_price(now))
        });
        said.collect()
    }

    /// Returns the next instant at which a page about the event says something else, without anybody changing
    /// anything: a sale opens or closes, a price ends, the doors open, the event begins or ends.
    pub fn next_instant(&self, now: Timestamp) -> Option<Timestamp> {
        let event = &self.event;
        let of_event = [event.doors_at, Some(event.starts_at), Some(event.ends_at)];
        let of_types = self
            .ticket_types
            .iter()
            .flat_map(|t| [t.terms.sale_starts_at, t.terms.sale_ends_at]);
        let of_tiers = self
            .ticket_types
            .iter()
            .flat_map(|t| t.tiers.iter().map(|tier| tier.ends_at));
        let of_moves = self
            .ticket_types
            .iter()
            .map(|t| t.moving.as_ref().map(|moving| moving.begins_at));
        let instants = of_event
            .into_iter()
            .chain(of_types)
            .chain(of_tiers)
            .chain(of_moves)
            .flatten();
        instants.filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{event::tests::sample_event, ticket_type::tests::sample_type};

    fn detail(capacity: i64, held: i64, sold: i64) -> EventDetail {
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        EventDetail {
            return_policy: None,
            offers: Vec::new(),
            locks: crate::catalog::Locks::None,
            event: sample_event().publish(now).unwrap(),
            ticket_types: vec![sample_type(capacity, held, sold)],
        }
    }

    #[test]
    fn what_no_page_shows_makes_no_difference() {
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        assert_eq!(detail(1000, 0, 0).outlook(now), detail(1000, 300, 200).outlook(now));
        assert_ne!(detail(1000, 0, 0).outlook(now), detail(1000, 0, 950).outlook(now));
        assert_ne!(detail(1000, 0, 950).outlook(now), detail(1000, 0, 951).outlook(now));
        assert_ne!(detail(10, 10, 0).outlook(now), detail(10, 0, 10).outlook(now));
    }

    #[test]
    fn the_next_instant_is_the_first_one_to_come() {
        let mut detail = detail(10, 0, 0);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (opens, closes) = (at("2026-05-01T10:00:00Z"), at("2026-05-02T10:00:00Z"));
        detail.ticket_types[0].terms.sale_starts_at = Some(opens);
        detail.ticket_types[0].terms.sale_ends_at = Some(closes);
        assert_eq!(detail.next_instant(at("2026-05-01T00:00:00Z")), Some(opens));
        assert_eq!(detail.next_instant(opens), Some(closes));
        assert_eq!(detail.next_instant(closes), Some(detail.event.starts_at));
        assert_eq!(detail.next_instant(detail.event.ends_at), None);
    }
}
