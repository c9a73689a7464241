//! Keeps pages honest: free places that those who wait are about to get are not shown as available.
//!
//! Between the moment at which places come back and the moment at which the list is served, and while places are kept for
//! a party, they are free in the books. This tells how many of them a buyer would not get; it is an estimate on the
//! safe side, and exact as soon as the list has been served.

use std::collections::HashMap;

use bilten_kernel::{EventId, PoolId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::store;
use crate::catalog::TicketType;

/// What those who wait for a type want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    /// Type.
    pub ticket_type: TicketTypeId,
    /// Fewest free places of which somebody would get some; 1 while places are kept for a party.
    pub least: i64,
    /// Places wanted by all together.
    pub wanted: i64,
}

/// Marks what the waiting lists of the events are about to get in the pools of their types.
///
/// # Errors
/// The database refused.
pub(crate) async fn reserve(
    tx: &mut TenantTx,
    types: &mut HashMap<EventId, Vec<TicketType>>,
    now: Timestamp,
) -> Result<(), DbError> {
    let all = types.values().flatten();
    let free: Vec<_> = all
        .filter(|t| t.left() > 0 && !t.terms.is_hidden)
        .map(|t| t.id.uuid())
        .collect();
    if free.is_empty() {
        return Ok(());
    }
    let claims = store::list_claims(tx, &free, now).await?;
    for types in types.values_mut() {
        mark(types, &claims);
    }
    Ok(())
}

fn mark(types: &mut [TicketType], claims: &[Claim]) {
    let mut reserved: HashMap<PoolId, i64> = HashMap::new();
    for ticket_type in types.iter() {
        let Some(claim) = claims.iter().find(|claim| claim.ticket_type == ticket_type.id) else {
            continue;
        };
        let room = ticket_type.left();
        if room >= claim.least {
            for pool in &ticket_type.pools {
                *reserved.entry(pool.id).or_default() += claim.wanted.min(room);
            }
        }
    }
    for pool in types.iter_mut().flat_map(|ticket_type| &mut ticket_type.pools) {
        let free = pool.left().max(0);
        pool.reserved = reserved.get(&pool.id).map_or(0, |places| free.min(*places));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use bilten_kernel::Money;

    use crate::catalog::{NewTicketType, Pool};

    fn pool(id: u128, (capacity, sold): (i64, i64)) -> Pool {
        Pool {
            id: PoolId::from_uuid(Uuid::from_u128(id)),
            name: String::new(),
            capacity,
            held: 0,
            sold,
            reserved: 0,
        }
    }

    fn ticket_type(id: u128, pools: Vec<Pool>) -> TicketType {
        TicketType {
            id: TicketTypeId::from_uuid(Uuid::from_u128(id)),
            position: 0,
            terms: NewTicketType::new("Day".parse().unwrap(), 0, 0).terms,
            price: Money::new(0, "NOK".parse().unwrap()),
            tiers: Vec::new(),
            open_price: None,
            moving: None,
            pools,
            is_seated: false,
            pricing: crate::catalog::TypePricing::default(),
        }
    }

    fn claim(ticket_type: &TicketType, least: i64, wanted: i64) -> Claim {
        Claim {
            ticket_type: ticket_type.id,
            least,
            wanted,
        }
    }

    #[test]
    fn what_somebody_is_about_to_get_is_not_on_sale_and_what_fits_nobody_is() {
        for (free, least, wanted, left) in [(0, 1, 3, 0), (2, 1, 3, 0), (5, 1, 3, 2), (2, 4, 4, 2), (4, 4, 4, 0)] {
            let mut types = [ticket_type(1, vec![pool(1, (10, 10 - free))])];
            let claims = [claim(&types[0], least, wanted)];
            mark(&mut types, &claims);
            assert_eq!(types[0].left(), left, "{free} free, {least} of {wanted} wanted");
        }
    }

    #[test]
    fn a_shared_pool_keeps_only_what_its_scarcest_type_can_give() {
        let standing = ticket_type(1, vec![pool(1, (100, 0)), pool(9, (100, 40))]);
        let vip = ticket_type(2, vec![pool(2, (10, 8)), pool(9, (100, 40))]);
        let mut types = [standing, vip];
        let claims = [claim(&types[1], 1, 50)];
        mark(&mut types, &claims);
        assert_eq!((types[0].left(), types[1].left()), (58, 0));
    }
}
