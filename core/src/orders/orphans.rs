//! Add-ons whose tickets go back: pure.

use std::collections::BTreeSet;

use bilten_kernel::TicketId;

use super::Returnable;

/// Names the add-ons that would stand alone if the tickets were taken back: of each type, what goes beyond what the tickets that
/// still admit allow. Those that were redeemed stay; the last of the others go along.
pub fn orphans(valid: &[Returnable], taken: &[TicketId]) -> Vec<TicketId> {
    let taken: BTreeSet<TicketId> = taken.iter().copied().collect();
    let left = || valid.iter().filter(|ticket| !taken.contains(&ticket.ticket));
    let count = |wanted: &dyn Fn(&Returnable) -> bool| {
        u32::try_from(left().filter(|ticket| wanted(ticket)).count()).unwrap_or(u32::MAX)
    };
    // What was never beside a ticket of the kind is not made an orphan by this.
    let is_touched = valid
        .iter()
        .any(|ticket| taken.contains(&ticket.ticket) && ticket.per_admission.is_none());
    if !is_touched {
        return Vec::new();
    }
    let admissions = count(&|ticket| ticket.per_admission.is_none());
    let types: BTreeSet<_> = left()
        .filter_map(|ticket| Some((ticket.ticket_type, ticket.per_admission?)))
        .collect();
    let mut orphans = Vec::new();
    for (ticket_type, per_admission) in types {
        let has = count(&|ticket| ticket.ticket_type == ticket_type);
        let beyond = has.saturating_sub(admissions.saturating_mul(per_admission));
        let mut unused: Vec<TicketId> = left()
            .filter(|ticket| ticket.ticket_type == ticket_type && !ticket.is_used)
            .map(|ticket| ticket.ticket)
            .collect();
        let keep = unused
            .len()
            .saturating_sub(usize::try_from(beyond).unwrap_or(usize::MAX));
        orphans.extend(unused.drain(keep..));
    }
    orphans
}

#[cfg(test)]
mod tests {
    use bilten_kernel::{Money, OrderLineId, TicketTypeId};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::pricing::Pick;

    /// Tickets by type: the most for each that admits, with whether each was used.
    fn tickets(types: &[(Option<u32>, Vec<bool>)]) -> Vec<Returnable> {
        let mut all = Vec::new();
        for (n, (per_admission, used)) in (1_u128..).zip(types) {
            for (nth, is_used) in (0_u32..).zip(used) {
                all.push(Returnable {
                    ticket: TicketId::from_uuid(Uuid::from_u128(n * 1_000 + u128::from(nth))),
                    ticket_type: TicketTypeId::from_uuid(Uuid::from_u128(n)),
                    per_admission: *per_admission,
                    pick: Pick {
                        line: OrderLineId::from_uuid(Uuid::from_u128(n)),
                        nth,
                    },
                    price: Money::new(100, "NOK".parse().unwrap()),
                    is_used: *is_used,
                });
            }
        }
        all
    }

    #[test]
    fn the_last_unused_add_ons_go_with_their_tickets() {
        let valid = tickets(&[
            (None, vec![false; 2]),
            (Some(1), vec![false; 2]),
            (Some(4), vec![false; 3]),
        ]);
        let id = |n: usize| valid[n].ticket;
        assert_eq!(orphans(&valid, &[id(0)]), [id(3)]);
        assert_eq!(orphans(&valid, &[id(0), id(2)]), []);
        assert_eq!(orphans(&valid, &[id(0), id(1)]), [id(2), id(3), id(4), id(5), id(6)]);
        assert_eq!(orphans(&valid, &[id(4)]), []);
        let redeemed = tickets(&[(None, vec![false]), (Some(2), vec![true, false])]);
        assert_eq!(orphans(&redeemed, &[redeemed[0].ticket]), [redeemed[2].ticket]);
    }

    proptest! {
        #[test]
        fn whatever_goes_back_leaves_no_unused_orphan(
            types in prop::collection::vec((prop::option::of(1_u32..4), prop::collection::vec(any::<bool>(), 0..6)), 1..5),
            picked in prop::collection::vec(any::<bool>(), 30),
        ) {
            let valid = tickets(&types);
            let taken: Vec<TicketId> =
                valid.iter().zip(&picked).filter(|(_, is_picked)| **is_picked).map(|(ticket, _)| ticket.ticket).collect();
            let more = orphans(&valid, &taken);
            prop_assert!(more.iter().all(|id| !taken.contains(id)));
            prop_assert!(valid.iter().all(|ticket| !more.contains(&ticket.ticket) || !ticket.is_used && ticket.per_admission.is_some()));
            let all: Vec<TicketId> = taken.iter().chain(&more).copied().collect();
            prop_assert_eq!(orphans(&valid, &all), []);
        }
    }
}
