//! A seat in the API.

use bilten_core::seating;
use serde::Serialize;
use utoipa::ToSchema;

/// Where somebody sits.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Seat {
    /// Section, such as `Stalls`.
    section: String,
    /// Row in the section.
    row: String,
    /// Number in the row.
    number: String,
}

impl From<&seating::Seat> for Seat {
    fn from(seat: &seating::Seat) -> Self {
        Self {
            section: seat.section.clone(),
            row: seat.row.clone(),
            number: seat.number.clone(),
        }
    }
}
