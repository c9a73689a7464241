//! Counts the tickets of persons: pure.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{EventId, PoolId, PromoCodeId, TicketTypeId};
use uuid::Uuid;

use super::Identity;

/// A person would have more tickets than he may, or use a promo code more often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a person may have {max} of these and has {has}")]
pub struct LimitReached {
    /// Type that is limited, unless it is the whole event, or a code.
    pub ticket_type: Option<TicketTypeId>,
    /// Promo code whose uses are limited.
    pub promo_code: Option<PromoCodeId>,
    /// Most that a person may have.
    pub max: u32,
    /// How many he has, this cart not counted.
    pub has: u32,
}

/// What a count is about. Rows are locked in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The whole event.
    All,
    /// A type of ticket, or a promo code, by id: both stand in one column.
    One(Uuid, Kind),
}

/// What stands behind an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A type of ticket.
    Type,
    /// A promo code, of which carts and orders are counted.
    Code,
}

impl What {
    pub(super) const fn ticket_type(id: TicketTypeId) -> Self {
        Self::One(id.uuid(), Kind::Type)
    }

    pub(super) const fn code(pool: PoolId) -> Self {
        Self::One(pool.uuid(), Kind::Code)
    }
}

/// What a count is about, in which event.
pub(super) type Scope = (EventId, What);

/// Says what was reached.
fn reached(what: What, max: u32, has: u32) -> LimitReached {
    let (ticket_type, promo_code) = match what {
        What::All => (None, None),
        What::One(id, Kind::Type) => (Some(id.into()), None),
        What::One(id, Kind::Code) => (None, Some(id.into())),
    };
    LimitReached {
        ticket_type,
        promo_code,
        max,
        has,
    }
}

/// Limits of some events, their types, and codes.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// The most of each.
    pub most: BTreeMap<Scope, u32>,
    /// Types that do not count for the whole event: add-ons.
    pub add_ons: BTreeSet<TicketTypeId>,
}

impl Limits {
    /// Lists the counts that the persons have in limited events and types, and for the codes that they use.
    pub(super) fn keys(
        &self,
        persons: &BTreeSet<(EventId, Identity)>,
        users: &BTreeSet<(Scope, Identity)>,
    ) -> Vec<(Scope, Identity, u32)> {
        let is_used = |scope: Scope, person: Identity| {
            !matches!(scope.1, What::One(_, Kind::Code)) || users.contains(&(scope, person))
        };
        let mut keys: Vec<_> = self
            .most
            .iter()
            .flat_map(|(scope, max)| {
                persons
                    .iter()
                    .filter(|(event, person)| *event == scope.0 && is_used(*scope, *person))
                    .map(|(_, person)| (*scope, *person, *max))
            })
            .collect();
        keys.sort_unstable();
        keys
    }
}

/// Tickets of persons, by event and type.
#[derive(Debug)]
pub(super) struct Tally {
    has: BTreeMap<(Scope, Identity), u32>,
    touched: BTreeSet<(Scope, Identity)>,
}

impl Tally {
    /// Begins with what the persons have of each type, and with the uses of codes that they have.
    pub(super) fn new(
        limits: &Limits,
        types: impl IntoIterator<Item = (EventId, TicketTypeId, Identity, u32)>,
        uses: impl IntoIterator<Item = (EventId, PoolId, Identity, u32)>,
    ) -> Self {
        let mut has: BTreeMap<(Scope, Identity), u32> = BTreeMap::new();
        for (event, ticket_type, person, tickets) in types {
            let whole = (!limits.add_ons.contains(&ticket_type)).then_some((event, What::All));
            for scope in whole.into_iter().chain([(event, What::ticket_type(ticket_type))]) {
                let sum = has.entry((scope, person)).or_default();
                *sum = sum.saturating_add(tickets);
            }
        }
        for (event, code, person, uses) in uses {
            has.insert(((event, What::code(code)), person), uses);
        }
        Self {
            has,
            touched: BTreeSet::new(),
        }
    }

    /// Adds tickets, and a use of each code, to what a person has, all or none.
    pub(super) fn add(
        &mut self,
        limits: &Limits,
        (event, person): (EventId, Identity),
        (tickets, codes): (&BTreeMap<TicketTypeId, u32>, &[PoolId]),
    ) -> Result<(), LimitReached> {
        let all = tickets
            .iter()
            .filter(|(id, _)| !limits.add_ons.contains(id))
            .fold(0_u32, |sum, (_, tickets)| sum.saturating_add(*tickets));
        let wanted = || {
            let of_types = tickets.iter().map(|(id, n)| ((event, What::ticket_type(*id)), *n));
            let of_codes = codes.iter().map(|code| ((event, What::code(*code)), 1));
            std::iter::once(((event, What::All), all))
                .chain(of_types)
                .chain(of_codes)
        };
        for (scope, more) in wanted() {
            let has = self.has.get(&(scope, person)).copied().unwrap_or(0);
            if let Some(max) = limits.most.get(&scope).filter(|max| has.saturating_add(more) > **max) {
                return Err(reached(scope.1, *max, has));
            }
        }
        for (scope, more) in wanted() {
            let sum = self.has.entry((scope, person)).or_default();
            *sum = sum.saturating_add(more);
            self.touched.insert((scope, person));
        }
        Ok(())
    }

    /// Lists the counts that changed and are limited, each with its limit.
    pub(super) fn written(&self, limits: &Limits) -> Vec<(Scope, Identity, u32, u32)> {
        self.touched
            .iter()
            .filter_map(|(scope, person)| {
                let max = limits.most.get(scope)?;
                let has = self.has.get(&(*scope, *person))?;
                Some((*scope, *person, *has, *max))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tty(n: u128) -> TicketTypeId {
        TicketTypeId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn a_person_gets_as_many_as_the_event_and_each_type_allow() {
        let event = EventId::from_uuid(Uuid::from_u128(1));
        let person = |n: u128| {
            let mail = format!("p{n}@post.test").parse().unwrap();
            Identity::mail(bilten_kernel::TenantId::from_uuid(Uuid::from_u128(7)), &mail)
        };
        let limits = Limits {
            most: [((event, What::All), 4), ((event, What::ticket_type(tty(1))), 2)].into(),
            add_ons: [tty(3)].into(),
        };
        let mut tally = Tally::new(&limits, [(event, tty(2), person(1), 1)], []);
        let reached = |ticket_type: Option<TicketTypeId>, max, has| {
            let what = ticket_type.map_or(What::All, What::ticket_type);
            Err(super::reached(what, max, has))
        };
        for (n, tickets, expected) in [
            (1, vec![(tty(1), 3)], reached(Some(tty(1)), 2, 0)),
            (1, vec![(tty(1), 2), (tty(2), 2)], reached(None, 4, 1)),
            (1, vec![(tty(1), 2), (tty(2), 1), (tty(3), 9)], Ok(())),
            (1, vec![(tty(2), 1)], reached(None, 4, 4)),
            (2, vec![(tty(2), 4)], Ok(())),
        ] {
            assert_eq!(
                tally.add(&limits, (event, person(n)), (&tickets.into_iter().collect(), &[])),
                expected
            );
        }
        let written: Vec<_> = tally
            .written(&limits)
            .into_iter()
            .map(|(scope, _, has, max)| (scope.1, has, max))
            .collect();
        assert!(written.iter().all(|(_, has, max)| has <= max), "{written:?}");
        assert_eq!(written.len(), 3);
    }

    #[test]
    fn a_code_counts_carts_and_only_for_those_who_use_it() {
        let event = EventId::from_uuid(Uuid::from_u128(1));
        let code = PoolId::from_uuid(Uuid::from_u128(9));
        let person = |n: u128| {
            let mail = format!("p{n}@post.test").parse().unwrap();
            Identity::mail(bilten_kernel::TenantId::from_uuid(Uuid::from_u128(7)), &mail)
        };
        let limits = Limits {
            most: [((event, What::code(code)), 1)].into(),
            ..Limits::default()
        };
        let persons = BTreeSet::from([(event, person(1)), (event, person(2))]);
        let users = BTreeSet::from([((event, What::code(code)), person(1))]);
        assert_eq!(
            limits.keys(&persons, &users),
            [((event, What::code(code)), person(1), 1)]
        );
        let mut tally = Tally::new(&limits, [], [(event, code, person(2), 1)]);
        let tickets = BTreeMap::from([(tty(1), 5)]);
        assert_eq!(tally.add(&limits, (event, person(1)), (&tickets, &[code])), Ok(()));
        let refused = tally.add(&limits, (event, person(1)), (&tickets, &[code])).unwrap_err();
        assert_eq!(
            (refused.promo_code, refused.ticket_type),
            (Some(code.uuid().into()), None)
        );
        assert!(tally.add(&limits, (event, person(2)), (&tickets, &[code])).is_err());
        assert_eq!(tally.add(&limits, (event, person(2)), (&tickets, &[])), Ok(()));
    }
}
