//! A ticket.

use bilten_kernel::{EventId, OrderId, TicketId, TicketTypeId, Timestamp};

use crate::seating::Seat;

/// Whether a ticket admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    /// It admits, once.
    Issued,
    /// It was cancelled.
    Void,
}

/// Right of one person to enter one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Identity.
    pub id: TicketId,
    /// Order it was bought with.
    pub order: OrderId,
    /// Event it admits to.
    pub event: EventId,
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Name of the type.
    pub type_name: String,
    /// Whether the type is an add-on: it is redeemed, and admits nobody.
    pub is_add_on: bool,
    /// Who holds it.
    pub holder_name: String,
    /// Where he sits, when the type takes seats.
    pub seat: Option<Seat>,
    /// Whether it admits.
    pub state: TicketState,
    /// Number of the key that signed it.
    pub key_id: u8,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When its holder was admitted.
    pub admitted_at: Option<Timestamp>,
}
