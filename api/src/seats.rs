//! Seats in words.

use bilten_branding::{texts, views::Text};
use bilten_core::seating::Seat;

/// Says where somebody sits.
pub fn label(seat: &Seat) -> Text {
    Text::new(texts::SEAT_LABEL)
        .with("section", seat.section.as_str())
        .with("row", seat.row.as_str())
        .with("number", seat.number.as_str())
}
