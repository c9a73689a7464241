//! Seats and what people call them.

use bilten_kernel::TicketTypeId;
use uuid::Uuid;

/// What a seat is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeatKind {
    /// Place for a wheelchair.
    Wheelchair,
    /// Seat beside a wheelchair place, for who comes along.
    Companion,
    /// Any other seat.
    Seat,
}

impl SeatKind {
    /// All kinds, in the order in which a cart's wishes for them are served.
    pub const ALL: [Self; 3] = [Self::Wheelchair, Self::Companion, Self::Seat];

    /// Name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wheelchair => "wheelchair",
            Self::Companion => "companion",
            Self::Seat => "seat",
        }
    }

    /// Finds the kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Wheelchair => 0,
            Self::Companion => 1,
            Self::Seat => 2,
        }
    }
}

/// What people call a seat.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    /// Section, such as `Stalls`.
    pub section: String,
    /// Row in the section.
    pub row: String,
    /// Number in the row.
    pub number: String,
}

impl Seat {
    /// Puts together what the database holds; nothing when a part is missing.
    pub(crate) fn stored(section: Option<String>, row: Option<String>, number: Option<String>) -> Option<Self> {
        Some(Self {
            section: section?,
            row: row?,
            number: number?,
        })
    }
}

/// Seat that a hold has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSeat {
    /// Type whose ticket sits there.
    pub ticket_type: TicketTypeId,
    /// Which ticket of the type in the hold, from 1.
    pub ordinal: u32,
    /// What people call it.
    pub seat: Seat,
    pub(crate) row: Uuid,
    pub(crate) position: u16,
}

/// Seats of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldSeats {
    /// The seats, by type and ordinal; none when its types take none.
    pub seats: Vec<HeldSeat>,
    /// Whether those who wanted to sit next to each other do; not without seats.
    pub is_together: bool,
}

impl HeldSeats {
    /// Name of how they sit in the database; nothing without seats.
    pub(crate) const fn seating(&self) -> Option<&'static str> {
        match (self.seats.is_empty(), self.is_together) {
            (true, _) => None,
            (false, true) => Some("together"),
            (false, false) => Some("apart"),
        }
    }

    /// Lists the seats of one type in the order of its tickets.
    pub fn of(&self, ticket_type: TicketTypeId) -> impl Iterator<Item = &Seat> {
        self.seats
            .iter()
            .filter(move |held| held.ticket_type == ticket_type)
            .map(|held| &held.seat)
    }
}
