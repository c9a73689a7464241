//! Issues the tickets of a paid order.

use bilten_kernel::{Ctx, EventId, OrderId, OrderLineId, TicketId, TicketTypeId};
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
pub(super) struct NewTicket {
    pub id: TicketId,
    pub line: IssueLine,
    pub ordinal: i32,
}

/// Order whose tickets are to be issued.
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
    let mut tickets = Vec::new();
    for line in order.lines {
        for ordinal in 1..=line.quantity {
            let ordinal = i32::try_from(ordinal).unwrap_or(i32::MAX);
            tickets.push(NewTicket {
                id: ctx.new_id(),
                line: *line,
                ordinal,
            });
        }
    }
    store::insert_tickets(tx, ctx, order, &tickets).await?;
    Ok(tickets.len())
}
