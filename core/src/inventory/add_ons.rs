//! Add-ons in a cart: bought beside tickets that admit, so many for each of them, and never alone.
//!
//! A cart never changes, so the rule is one about whole carts: who wants another choice makes another cart, which is looked at
//! anew. What is for all tickets, be it a promo code or a price offer, is for those that admit; an add-on has to be named.

use std::collections::BTreeSet;

use bilten_kernel::TicketTypeId;

use super::Stock;
use crate::offers::OfferRule;

/// A cart has more of an add-on than its tickets that admit allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cart may have {most} of this add-on")]
pub struct AddOnRefused {
    /// Type of the add-on.
    pub ticket_type: TicketTypeId,
    /// Most of it for each ticket that admits.
    pub per_admission: u32,
    /// Most of it that this cart may have; none where nothing in it admits.
    pub most: u32,
}

/// Looks at a whole cart: how many of each type, with the most for each ticket that admits where the type is an add-on.
pub(super) fn check_add_ons(
    items: impl Iterator<Item = (TicketTypeId, u32, Option<u32>)> + Clone,
) -> Result<(), AddOnRefused> {
    let admissions = items
        .clone()
        .filter(|(.., per_admission)| per_admission.is_none())
        .fold(0_u32, |sum, (_, quantity, _)| sum.saturating_add(quantity));
    for (ticket_type, quantity, per_admission) in items {
        let Some(per_admission) = per_admission else { continue };
        let most = admissions.saturating_mul(per_admission);
        if quantity > most {
            return Err(AddOnRefused {
                ticket_type,
                per_admission,
                most,
            });
        }
    }
    Ok(())
}

impl Stock {
    pub(super) fn check_add_ons(&self, items: &[(TicketTypeId, u32)]) -> Result<(), AddOnRefused> {
        check_add_ons(
            items
                .iter()
                .map(|(id, quantity)| (*id, *quantity, self.per_admission(*id))),
        )
    }

    /// Counts the tickets of a wish that admit.
    pub(super) fn admissions(&self, items: &[(TicketTypeId, u32)]) -> u32 {
        let admits = |(id, _): &&(TicketTypeId, u32)| self.per_admission(*id).is_none();
        let quantities = items.iter().filter(admits).map(|(_, quantity)| *quantity);
        quantities.fold(0, u32::saturating_add)
    }

    fn per_admission(&self, ticket_type: TicketTypeId) -> Option<u32> {
        self.types.get(&ticket_type).and_then(|facts| facts.per_admission)
    }

    /// Keeps what is for all tickets to those that admit.
    pub(super) fn spare_add_ons(&mut self) {
        if self.types.values().all(|facts| facts.per_admission.is_none()) {
            return;
        }
        let admits = self.types.iter().filter(|(_, facts)| facts.per_admission.is_none());
        let admissions: BTreeSet<TicketTypeId> = admits.map(|(id, _)| *id).collect();
        for facts in self.promos.values_mut() {
            facts.types.get_or_insert_with(|| admissions.iter().copied().collect());
        }
        for offer in &mut self.offers {
            match &mut offer.rule {
                OfferRule::Quantity { types, .. } | OfferRule::SizeForPaid { types, .. } if types.is_empty() => {
                    types.extend(&admissions);
                }
                OfferRule::Quantity { .. } | OfferRule::SizeForPaid { .. } | OfferRule::Package { .. } => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn tty(n: usize) -> TicketTypeId {
        Uuid::from_u128(u128::try_from(n).unwrap()).into()
    }

    fn check(items: &[(u32, Option<u32>)]) -> Result<(), AddOnRefused> {
        let items = items.iter().enumerate();
        check_add_ons(items.map(|(n, (quantity, per_admission))| (tty(n), *quantity, *per_admission)))
    }

    #[test]
    fn an_add_on_needs_tickets_that_admit() {
        let refused = |n, per_admission, most| {
            Err(AddOnRefused {
                ticket_type: tty(n),
                per_admission,
                most,
            })
        };
        for (items, expected) in [
            (vec![(1, Some(1))], refused(0, 1, 0)),
            (vec![(2, Some(3)), (1, Some(1))], refused(0, 3, 0)),
            (vec![(1, None)], Ok(())),
            (vec![(1, Some(1)), (1, None)], Ok(())),
            (vec![(1, None), (2, Some(1))], refused(1, 1, 1)),
            (vec![(1, None), (1, None), (2, Some(1))], Ok(())),
            (vec![(2, None), (6, Some(3)), (2, Some(1))], Ok(())),
            (vec![(2, None), (7, Some(3))], refused(1, 3, 6)),
        ] {
            assert_eq!(check(&items), expected, "{items:?}");
        }
    }

    fn cart() -> impl Strategy<Value = Vec<(u32, Option<u32>)>> {
        prop::collection::vec((1_u32..30, prop::option::of(1_u32..=20)), 1..8)
    }

    proptest! {
        #[test]
        fn a_cart_that_is_let_through_has_no_orphan(items in cart()) {
            let admissions: u32 = items.iter().filter(|item| item.1.is_none()).map(|item| item.0).sum();
            let fits = items.iter().all(|(quantity, most)| most.is_none_or(|most| *quantity <= most * admissions));
            prop_assert_eq!(check(&items).is_ok(), fits);
        }

        #[test]
        fn another_ticket_that_admits_never_hurts(items in cart(), more in 1_u32..10) {
            let mut with_more = items.clone();
            with_more.push((more, None));
            prop_assert!(check(&items).is_err() || check(&with_more).is_ok());
        }

        #[test]
        fn the_order_of_a_cart_does_not_matter(items in cart()) {
            let turned: Vec<_> = items.iter().rev().copied().collect();
            prop_assert_eq!(check(&items).is_ok(), check(&turned).is_ok());
        }
    }
}
