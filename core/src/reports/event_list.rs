//! The list of events with what they sold.

use std::collections::BTreeMap;

use bilten_kernel::{Ctx, Money, PoolId};
use bilten_tenancy::{DbError, TenantTx};

use super::store::events;
use crate::catalog::{self, EventCursor, EventDetail, EventFilter, TicketType};

/// An event and what it sold.
#[derive(Debug, Clone)]
pub struct EventSummary {
    /// The event with its ticket types.
    pub detail: EventDetail,
    /// Tickets sold that admit.
    pub sold: i64,
    /// Tickets that can exist and admit.
    pub capacity: i64,
    /// What was paid for them.
    pub gross: Money,
}

/// One page of events.
#[derive(Debug, Clone)]
pub struct EventSummaryPage {
    /// The events.
    pub rows: Vec<EventSummary>,
    /// Where the next page begins, when there is one.
    pub next: Option<EventCursor>,
}

/// Lists up to `limit` (1 to 100) events behind the cursor with their sales.
///
/// # Errors
/// The database refused.
pub async fn list_event_summaries(
    ctx: &Ctx,
    tx: &mut TenantTx,
    filter: &EventFilter,
    after: Option<EventCursor>,
    limit: u32,
) -> Result<EventSummaryPage, DbError> {
    let page = catalog::list_events(ctx, tx, filter, after, limit).await?;
    let ids: Vec<_> = page.events.iter().map(|detail| detail.event.id).collect();
    let mut totals = events::totals(tx, &ids).await?;
    let rows = page.events.into_iter().map(|detail| {
        let totals = totals.remove(&detail.event.id).unwrap_or_default();
        EventSummary {
            sold: totals.sold,
            gross: Money::new(totals.gross_minor, detail.event.currency),
            capacity: capacity_of(&detail.ticket_types),
            detail,
        }
    });
    Ok(EventSummaryPage {
        rows: rows.collect(),
        next: page.next,
    })
}

/// Returns how many tickets that admit an event can sell at most: types that share a pool count it once.
///
/// A type that draws on several shared pools is counted with the first of them, so the figure is
/// an upper bound there; stock itself is never decided by it.
pub fn capacity_of(ticket_types: &[TicketType]) -> i64 {
    let mut alone = 0_i64;
    let mut groups: BTreeMap<PoolId, (i64, i64)> = BTreeMap::new();
    for ticket_type in ticket_types.iter().filter(|t| !t.terms.kind.is_add_on()) {
        let own = ticket_type.own_pool().map(|pool| pool.id);
        let shared = ticket_type.pools.iter().find(|pool| Some(pool.id) != own);
        match shared {
            None => alone = alone.saturating_add(ticket_type.capacity()),
            Some(pool) => {
                let group = groups.entry(pool.id).or_insert((pool.capacity, 0));
                group.1 = group.1.saturating_add(ticket_type.capacity());
            }
        }
    }
    groups
        .values()
        .fold(alone, |sum, (pool, types)| sum.saturating_add(*pool.min(types)))
}

#[cfg(test)]
mod tests {
    use bilten_kernel::TicketTypeId;
    use uuid::Uuid;

    use super::*;
    use crate::catalog::{NewTicketType, Pool};

    fn ticket_type(n: u128, own: Option<i64>, shared: &[(u128, i64)]) -> TicketType {
        let id = TicketTypeId::from_uuid(Uuid::from_u128(n));
        let pool = |id, capacity| Pool {
            id,
            name: String::new(),
            capacity,
            held: 0,
            sold: 0,
            reserved: 0,
        };
        let own = own.map(|capacity| pool(PoolId::from_uuid(id.uuid()), capacity));
        let shared = shared
            .iter()
            .map(|(n, capacity)| pool(PoolId::from_uuid(Uuid::from_u128(*n)), *capacity));
        TicketType {
            id,
            position: 0,
            terms: NewTicketType::new("Day".parse().unwrap(), 0, 0).terms,
            price: Money::new(0, "NOK".parse().unwrap()),
            tiers: Vec::new(),
            open_price: None,
            moving: None,
            pools: own.into_iter().chain(shared).collect(),
            is_seated: false,
            pricing: crate::catalog::TypePricing::default(),
        }
    }

    #[test]
    fn a_shared_pool_counts_once() {
        for (types, expected) in [
            (vec![], 0),
            (vec![ticket_type(1, Some(30), &[]), ticket_type(2, Some(12), &[])], 42),
            (
                vec![ticket_type(1, None, &[(9, 100)]), ticket_type(2, None, &[(9, 100)])],
                100,
            ),
            (
                vec![
                    ticket_type(1, Some(30), &[(9, 100)]),
                    ticket_type(2, Some(20), &[(9, 100)]),
                ],
                50,
            ),
            (
                vec![
                    ticket_type(1, Some(30), &[(9, 100)]),
                    ticket_type(2, None, &[(9, 100)]),
                    ticket_type(3, Some(5), &[]),
                ],
                105,
            ),
        ] {
            assert_eq!(capacity_of(&types), expected);
        }
    }
}
