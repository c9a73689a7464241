//! Seats beside the places: what the stock engine does for types whose tickets take seats.
//!
//! Events without such types know nothing of this: `Stock::seated_types` is empty then, and nothing is read or written.
//! Who sits where is decided in `seating`.

use std::collections::{BTreeMap, HashMap};

use bilten_kernel::{HoldId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};

use super::{Hold, HoldError, HoldLine, Stock};
use crate::seating::{self, HeldSeats, NoSeats, SeatKind};

impl Stock {
    /// Types whose tickets take seats, as far as the wishes or the waiting list want them.
    pub fn seated_types<'a>(
        &self,
        wishes: impl Iterator<Item = &'a [(TicketTypeId, u32)]>,
    ) -> BTreeMap<TicketTypeId, SeatKind> {
        if self.types.values().all(|facts| facts.seat_kind.is_none()) {
            return BTreeMap::new();
        }
        let wanted = wishes.flatten().map(|(id, _)| *id).chain(self.awaited.iter().copied());
        wanted
            .filter_map(|id| Some((id, self.types.get(&id)?.seat_kind?)))
            .collect()
    }

    /// Seats a wish whose places were taken; when it cannot, the places go back.
    ///
    /// # Errors
    /// Too few seats are free, or they are not next to each other although that was a condition.
    pub fn seat(
        &mut self,
        items: &[(TicketTypeId, u32)],
        lines: &[HoldLine],
        keep_together: bool,
    ) -> Result<HeldSeats, HoldError> {
        self.seats.take(items, keep_together).map_err(|error| {
            self.put_back(lines);
            self.refused(error)
        })
    }

    fn refused(&self, error: NoSeats) -> HoldError {
        let whole = |seats| u32::try_from(seats).unwrap_or(u32::MAX);
        match error {
            NoSeats::TooFew { ticket_type, left } => {
                let pools = self
                    .types
                    .get(&ticket_type)
                    .map(|facts| facts.pools.as_slice())
                    .unwrap_or_default();
                HoldError::SoldOut {
                    ticket_type,
                    left: whole(left),
                    is_held_by_others: pools
                        .iter()
                        .filter_map(|pool| self.pools.get(pool))
                        .any(|pool| pool.held > 0),
                }
            }
            NoSeats::Apart {
                ticket_type,
                wanted,
                largest,
            } => HoldError::NotTogether {
                ticket_type,
                wanted: whole(wanted),
                largest: whole(largest),
            },
        }
    }

    /// Tells whether tickets of a type may be in carts or sold: each of them has a place in all pools of the type.
    pub fn has_committed(&self, ticket_type: TicketTypeId) -> bool {
        let pools = self
            .types
            .get(&ticket_type)
            .map(|facts| facts.pools.as_slice())
            .unwrap_or_default();
        pools
            .iter()
            .filter_map(|pool| self.pools.get(pool))
            .all(|pool| pool.held + pool.sold > 0)
    }
}

/// Tells who sits where in holds that have seats.
pub(in crate::inventory) async fn add_seats(
    tx: &mut TenantTx,
    holds: &mut HashMap<HoldId, Hold>,
    seated: &BTreeMap<HoldId, bool>,
) -> Result<(), DbError> {
    let ids: Vec<HoldId> = seated.keys().copied().collect();
    for (id, seats) in seating::store::seats::list_live(tx, &ids).await? {
        if let Some(hold) = holds.get_mut(&id) {
            let is_together = seated.get(&id).copied().unwrap_or(false);
            hold.seats = HeldSeats { seats, is_together };
        }
    }
    Ok(())
}
