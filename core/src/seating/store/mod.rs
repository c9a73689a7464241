//! SQL of `seat_sections`, `seat_rows`, `ticket_type_sections` and `hold_seats`.

pub(crate) mod plan;
pub(crate) mod seats;
