//! Issues the tickets of a paid order.

use bilten_kernel::{Ctx, EventId, OrderId, OrderLineId, TicketId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::store;

/// Line whose tickets are to be issued.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IssueLine {
    pub line: OrderLineId,
    pub ticket_type: TicketTypeId,
    pub quantity: u32,
}

/// Ticket about to be written.
pub(super) struct NewTicket<'a> {
    pub id: TicketId,
    pub order: &'a Issue<'a>,
    pub line: IssueLine,
    pub ordinal: i32,
    pub at: Timestamp,
}

/// Order whose tickets are to be issued.
#[derive(Debug, Clone, Copy)]
pub struct Issue<'a> {
    pub(crate) order: OrderId,
    pub(crate) event: EventId,
    pub(crate) holder_name: &'a str,
    pub(crate) lines: &'a [IssueLine],
}

/// Issues one ticket per place, in this transaction. A place that already has its ticket makes
/// the transaction fail: exactly once by constraint, not by luck.
///
/// # Errors
/// The database refused.
pub async fn issue(ctx: &Ctx, tx: &mut TenantTx, order: &Issue<'_>) -> Result<usize, DbError> {
    issue_many(tx, std::slice::from_ref(&(ctx, *order))).await
}

/// Issues the tickets of several orders with one statement, as [`issue`] does; returns how many.
///
/// # Errors
/// The database refused.
pub async fn issue_many(tx: &mut TenantTx, orders: &[(&Ctx, Issue<'_>)]) -> Result<usize, DbError> {
    let mut tickets = Vec::with_capacity(orders.len());
    for (ctx, order) in orders {
        for line in order.lines {
            for ordinal in 1..=line.quantity {
                tickets.push(NewTicket {
                    id: ctx.new_id(),
                    order,
                    line: *line,
                    ordinal: i32::try_from(ordinal).unwrap_or(i32::MAX),
                    at: ctx.now(),
                });
            }
        }
    }
    store::insert_tickets(tx, &tickets).await?;
    Ok(tickets.len())
}
