//! Pools promise no more places than there are seats: pure.
//!
//! A type may sell as many tickets as its scarcest pool has places. That must not be more than its sections have seats of its
//! kind (those that are taken count, blocked ones do not). Types that share seats may together sell as many as a pool that
//! they all draw on, or as their scarcest pools have places in sum; that must not be more than their sections have. One case
//! remains that no count of places can see: a type with many sections may use up the few of another one. Then the seats have the
//! last word, and the cart is told what is left.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{PoolId, TicketTypeId};

use super::SeatKind;

/// A type that takes seats.
#[derive(Debug, Clone)]
pub(super) struct SeatedType {
    pub id: TicketTypeId,
    pub kind: SeatKind,
    /// Sections, by their places in the plan.
    pub sections: BTreeSet<usize>,
    pub pools: Vec<PoolId>,
}

/// Seats that can be sold or are taken, by section and kind.
pub(super) type Seats = BTreeMap<(usize, SeatKind), i64>;

/// More places than seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyPlaces {
    /// Type, or the first of several that share seats.
    pub ticket_type: TicketTypeId,
    /// Places that its pools have.
    pub places: i64,
    /// Seats that there are.
    pub seats: i64,
    /// Pool that would have to be made smaller, when it is one.
    pub pool: Option<PoolId>,
}

/// Finds the first type, or types that share seats, with more places than seats.
pub(super) fn find_excess(
    types: &[SeatedType],
    seats: &Seats,
    capacities: &BTreeMap<PoolId, i64>,
) -> Option<TooManyPlaces> {
    let alone = types.iter().find_map(|seated| {
        let (places, pool) = scarcest(&seated.pools, capacities);
        excess(&[seated], seats, places, pool)
    });
    alone.or_else(|| {
        neighbours(types).into_iter().find_map(|sharing| {
            let common: Vec<PoolId> = sharing[0]
                .pools
                .iter()
                .copied()
                .filter(|pool| sharing.iter().all(|seated| seated.pools.contains(pool)))
                .collect();
            let sum = sharing.iter().fold(0_i64, |sum, seated| {
                sum.saturating_add(scarcest(&seated.pools, capacities).0)
            });
            let (shared, pool) = scarcest(&common, capacities);
            excess(&sharing, seats, sum.min(shared), pool)
        })
    })
}

fn excess(types: &[&SeatedType], seats: &Seats, places: i64, pool: Option<PoolId>) -> Option<TooManyPlaces> {
    let wanted: BTreeSet<(usize, SeatKind)> = types
        .iter()
        .flat_map(|seated| seated.sections.iter().map(|section| (*section, seated.kind)))
        .collect();
    let there: i64 = wanted.iter().map(|key| seats.get(key).copied().unwrap_or(0)).sum();
    (places > there).then(|| TooManyPlaces {
        ticket_type: types[0].id,
        places,
        seats: there,
        pool,
    })
}

/// The pool with the fewest places; no pool has no limit.
fn scarcest(pools: &[PoolId], capacities: &BTreeMap<PoolId, i64>) -> (i64, Option<PoolId>) {
    let least = pools
        .iter()
        .map(|pool| (capacities.get(pool).copied().unwrap_or(0), *pool))
        .min();
    least.map_or((i64::MAX, None), |(places, pool)| (places, Some(pool)))
}

/// Groups types that share seats, directly or through others.
fn neighbours(types: &[SeatedType]) -> Vec<Vec<&SeatedType>> {
    let mut groups: Vec<Vec<&SeatedType>> = Vec::new();
    for seated in types {
        let shares = |other: &&SeatedType| other.kind == seated.kind && !other.sections.is_disjoint(&seated.sections);
        let (near, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.iter().any(shares));
        let mut group: Vec<&SeatedType> = near.into_iter().flatten().collect();
        group.push(seated);
        rest.push(group);
        groups = rest;
    }
    groups
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn pool(n: u128) -> PoolId {
        PoolId::from_uuid(Uuid::from_u128(n))
    }

    fn seated(id: u128, sections: &[usize], pools: &[u128]) -> SeatedType {
        SeatedType {
            id: Uuid::from_u128(id).into(),
            kind: SeatKind::Seat,
            sections: sections.iter().copied().collect(),
            pools: pools.iter().copied().map(pool).collect(),
        }
    }

    fn found(types: &[SeatedType], capacities: &[i64]) -> Option<(i64, i64, Option<PoolId>)> {
        let seats = [
            ((0, SeatKind::Seat), 10),
            ((1, SeatKind::Seat), 20),
            ((0, SeatKind::Wheelchair), 2),
        ];
        let capacities = (1..).zip(capacities).map(|(n, places)| (pool(n), *places)).collect();
        find_excess(types, &seats.into(), &capacities).map(|found| (found.places, found.seats, found.pool))
    }

    #[test]
    fn a_type_has_no_more_places_than_seats() {
        assert_eq!(found(&[seated(1, &[0], &[1])], &[10]), None);
        assert_eq!(found(&[seated(1, &[0], &[1])], &[11]), Some((11, 10, Some(pool(1)))));
        assert_eq!(
            found(&[seated(1, &[0], &[1, 2])], &[11, 10]),
            None,
            "the scarcest pool counts"
        );
        let wheelchair = SeatedType {
            kind: SeatKind::Wheelchair,
            ..seated(1, &[0, 1], &[1])
        };
        assert_eq!(found(&[wheelchair], &[3]), Some((3, 2, Some(pool(1)))));
    }

    #[test]
    fn types_that_share_seats_are_counted_together() {
        let types = [seated(1, &[0], &[1, 9]), seated(2, &[0, 1], &[2, 9])];
        let capacities = |own: [i64; 2], shared: i64| vec![own[0], own[1], 0, 0, 0, 0, 0, 0, shared];
        assert_eq!(
            found(&types, &capacities([10, 20], 30)),
            None,
            "the pool that both draw on"
        );
        assert_eq!(found(&types, &capacities([10, 20], 31)), None, "their own pools in sum");
        assert_eq!(found(&types, &capacities([10, 25], 31)), Some((31, 30, Some(pool(9)))));
        let apart = [seated(1, &[0], &[1]), seated(2, &[0, 1], &[2])];
        assert_eq!(
            found(&apart, &[10, 25]),
            Some((35, 30, None)),
            "no pool could be made smaller for both"
        );
        assert_eq!(found(&[seated(1, &[0], &[1]), seated(2, &[1], &[2])], &[10, 20]), None);
    }
}
