//! Who comes to an event: the list, its search, and the rows of its export.

use bilten_kernel::{EventId, Money, OrderId, TicketId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    TicketCursor,
    store::{attendees, door},
};
use crate::seating::Seat;

/// Rows that an export reads at a time.
pub const EXPORT_CHUNK: u32 = 500;
/// Attendees on one page at most.
const MAX_PAGE: u32 = 100;

/// A valid ticket and the person behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// The ticket.
    pub ticket: TicketId,
    /// Its number within the order; with the order's code it can be typed at the door.
    pub number: i64,
    /// Who it is for.
    pub holder_name: String,
    /// The order.
    pub order: OrderId,
    /// Short code of the order.
    pub order_code: String,
    /// Who bought it.
    pub buyer_name: String,
    /// Buyer's mail address.
    pub buyer_email: String,
    /// Name of the ticket type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Where he sits, when the type takes seats.
    pub seat: Option<Seat>,
    /// What was paid for it.
    pub price: Money,
    /// When its holder came in.
    pub admitted_at: Option<Timestamp>,
    /// Where.
    pub gate: String,
}

/// Which attendees are wanted.
#[derive(Debug, Clone, Default)]
pub struct AttendeeFilter {
    /// Code of the order, or part of a name or mail address, letters of either case.
    pub text: Option<String>,
}

/// One page of attendees.
#[derive(Debug, Clone)]
pub struct AttendeePage {
    /// Valid tickets of the event that admit, with or without filter.
    pub total: i64,
    /// The attendees, in the order in which tickets were issued.
    pub rows: Vec<Attendee>,
    /// Where the next page begins, when there is one.
    pub next: Option<TicketCursor>,
}

/// Lists up to `limit` (1 to 100) attendees behind the cursor.
///
/// # Errors
/// The database refused.
pub async fn list_attendees(
    tx: &mut TenantTx,
    event: EventId,
    filter: &AttendeeFilter,
    after: Option<TicketCursor>,
    limit: u32,
) -> Result<AttendeePage, DbError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let text = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    // One more than wanted tells whether another page follows.
    let mut rows = attendees::list(tx, event, text, after, i64::from(limit) + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| has_more).map(|row| TicketCursor(row.ticket));
    let total = door::counts(tx, event).await?.expected;
    Ok(AttendeePage { total, rows, next })
}

/// Reads the next chunk of the export; an empty one ends it.
///
/// # Errors
/// The database refused.
pub async fn list_export_rows(
    tx: &mut TenantTx,
    event: EventId,
    after: Option<TicketCursor>,
) -> Result<Vec<Attendee>, DbError> {
    attendees::list(tx, event, None, after, i64::from(EXPORT_CHUNK)).await
}
