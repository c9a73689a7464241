//! Gives seats to holds and takes them back, inside the transactions that move the stock.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{EventId, HoldId, OrderId, TicketId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};

use super::{HeldSeats, SeatKind, SeatMap, store::seats as store};
use crate::inventory::Hold;

/// Reads the free seats of the sections in which these types sit; the event's pools are locked.
///
/// # Errors
/// The database refused.
pub(crate) async fn load(tx: &mut TenantTx, kinds: &BTreeMap<TicketTypeId, SeatKind>) -> Result<SeatMap, DbError> {
    let types: Vec<TicketTypeId> = kinds.keys().copied().collect();
    let sections = store::list_sections(tx, &types).await?;
    let ids: Vec<_> = sections.iter().map(|(id, ..)| *id).collect();
    let rows = store::list_rows(tx, &ids).await?;
    Ok(SeatMap::new(sections, kinds, rows))
}

/// Writes which holds got which seats of the map.
///
/// # Errors
/// The database refused; also when somebody has one of the seats.
pub(crate) async fn write<'a>(
    tx: &mut TenantTx,
    event: EventId,
    holds: impl Iterator<Item = (HoldId, &'a HeldSeats)>,
    map: &mut SeatMap,
) -> Result<(), DbError> {
    let changes = map.take_changes();
    if changes.is_empty() {
        return Ok(());
    }
    let seats: Vec<_> = holds
        .flat_map(|(hold, held)| held.seats.iter().map(move |seat| (hold, seat)))
        .collect();
    store::insert(tx, event, &seats, &changes).await
}

/// Frees the seats of holds that were released or whose order was called off. The caller holds a pool of the event.
///
/// # Errors
/// The database refused.
pub(crate) async fn give_back(tx: &mut TenantTx, holds: &[HoldId]) -> Result<(), DbError> {
    store::free(tx, holds).await
}

/// Frees the seats of tickets that were taken back. The caller holds a pool of the event.
///
/// # Errors
/// The database refused.
pub(crate) async fn give_back_of(tx: &mut TenantTx, order: OrderId, tickets: &[TicketId]) -> Result<(), DbError> {
    store::free_of_tickets(tx, order, tickets).await
}

/// Seats a hold that had been released and is sold after all: on its former seats if nobody has one of them by now, otherwise
/// on the best that are there. Nothing when there are too few. Its pools are locked and its places sold.
///
/// # Errors
/// The database refused.
pub(crate) async fn take_late(tx: &mut TenantTx, hold: &Hold) -> Result<Option<HeldSeats>, DbError> {
    let types: BTreeSet<TicketTypeId> = hold.lines.iter().map(|line| line.ticket_type).collect();
    let kinds = store::list_kinds(tx, &types.into_iter().collect::<Vec<_>>()).await?;
    if kinds.is_empty() {
        return Ok(Some(HeldSeats::default()));
    }
    let ids: Vec<TicketTypeId> = kinds.keys().copied().collect();
    let sections = store::list_sections(tx, &ids).await?;
    let section_ids: Vec<_> = sections.iter().map(|(id, ..)| *id).collect();
    // Others may move these rows under another pool of the event.
    store::lock_rows(tx, &section_ids).await?;
    let rows = store::list_rows(tx, &section_ids).await?;
    let mut map = SeatMap::new(sections, &kinds, rows);
    let items = items(hold);
    let former = store::list_former(tx, hold.id).await?;
    let is_complete = items
        .iter()
        .filter(|(id, _)| kinds.contains_key(id))
        .all(|(id, quantity)| u32::try_from(former.of(*id).count()) == Ok(*quantity));
    let seats = if is_complete && map.take_again(&former.seats) {
        former
    } else {
        match map.take(&items, false) {
            Ok(seats) => seats,
            Err(_) => return Ok(None),
        }
    };
    write(tx, hold.event, std::iter::once((hold.id, &seats)), &mut map).await?;
    store::note_seating(tx, hold.id, seats.seating()).await?;
    Ok(Some(seats))
}

/// Sums the tickets of a hold up by type, whatever their prices.
fn items(hold: &Hold) -> Vec<(TicketTypeId, u32)> {
    let mut items: Vec<(TicketTypeId, u32)> = Vec::with_capacity(hold.lines.len());
    for line in &hold.lines {
        match items.iter_mut().find(|(id, _)| *id == line.ticket_type) {
            Some((_, quantity)) => *quantity += line.quantity,
            None => items.push((line.ticket_type, line.quantity)),
        }
    }
    items
}
