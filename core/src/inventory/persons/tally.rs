//! Counts the tickets of persons: pure.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{EventId, TicketTypeId};

use super::Identity;

/// A person would have more tickets than he may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a person may have {max} of these tickets and has {has}")]
pub struct LimitReached {
    /// Type that is limited, unless it is the whole event.
    pub ticket_type: Option<TicketTypeId>,
    /// Most that a person may have.
    pub max: u32,
    /// How many he has, this cart not counted.
    pub has: u32,
}

/// What a count is about: a type, or the whole event.
pub(in super::super) type Scope = (EventId, Option<TicketTypeId>);

/// Limits of some events and their types.
#[derive(Debug, Default)]
pub(super) struct Limits(pub BTreeMap<Scope, u32>);

impl Limits {
    /// Lists the counts that the persons have in limited events and types.
    pub(super) fn keys(&self, persons: &BTreeSet<(EventId, Identity)>) -> Vec<(Scope, Identity, u32)> {
        let mut keys: Vec<_> = self
            .0
            .iter()
            .flat_map(|(scope, max)| {
                persons
                    .iter()
                    .filter(|(event, _)| *event == scope.0)
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
    /// Begins with what the persons have of each type.
    pub(super) fn new(types: impl IntoIterator<Item = (EventId, TicketTypeId, Identity, u32)>) -> Self {
        let mut has: BTreeMap<(Scope, Identity), u32> = BTreeMap::new();
        for (event, ticket_type, person, tickets) in types {
            for scope in [(event, None), (event, Some(ticket_type))] {
                let sum = has.entry((scope, person)).or_default();
                *sum = sum.saturating_add(tickets);
            }
        }
        Self {
            has,
            touched: BTreeSet::new(),
        }
    }

    /// Adds tickets to what a person has, all or none.
    pub(super) fn add(
        &mut self,
        limits: &Limits,
        (event, person): (EventId, Identity),
        tickets: &BTreeMap<TicketTypeId, u32>,
    ) -> Result<(), LimitReached> {
        let all = tickets
            .values()
            .fold(0_u32, |sum, tickets| sum.saturating_add(*tickets));
        let wanted = || {
            std::iter::once(((event, None), all))
                .chain(tickets.iter().map(|(ticket_type, n)| ((event, Some(*ticket_type)), *n)))
        };
        for (scope, more) in wanted() {
            let has = self.has.get(&(scope, person)).copied().unwrap_or(0);
            if let Some(max) = limits.0.get(&scope).filter(|max| has.saturating_add(more) > **max) {
                return Err(LimitReached {
                    ticket_type: scope.1,
                    max: *max,
                    has,
                });
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
                let max = limits.0.get(scope)?;
                let has = self.has.get(&(*scope, *person))?;
                Some((*scope, *person, *has, *max))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

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
        let limits = Limits([((event, None), 4), ((event, Some(tty(1))), 2)].into());
        let mut tally = Tally::new([(event, tty(2), person(1), 1)]);
        let reached = |ticket_type, max, has| Err(LimitReached { ticket_type, max, has });
        for (n, tickets, expected) in [
            (1, vec![(tty(1), 3)], reached(Some(tty(1)), 2, 0)),
            (1, vec![(tty(1), 2), (tty(2), 2)], reached(None, 4, 1)),
            (1, vec![(tty(1), 2), (tty(2), 1)], Ok(())),
            (1, vec![(tty(2), 1)], reached(None, 4, 4)),
            (2, vec![(tty(2), 4)], Ok(())),
        ] {
            assert_eq!(
                tally.add(&limits, (event, person(n)), &tickets.into_iter().collect()),
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
}
