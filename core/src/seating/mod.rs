//! Seats: the plan of an event, and who sits where.
//!
//! An event may have a *seat plan*: sections, in them rows, in them seats, the best first. A ticket type may be *seated*: each of its
//! tickets takes a seat of one kind in one of the type's sections, beside the places that it takes in its pools.
//! Seats are given out by the stock engine, in the transaction that makes the hold, as *the best that are available next to
//! each other* (see [`allocate`]); nobody picks one.
//!
//! Invariants:
//! - No two live holds have the same seat: a unique index has the last word. The digits in `seat_rows` say the same, so that a group
//!   reads rows instead of seats.
//! - Who changes a row of seats holds a pool of its event, and the engine holds all of them.
//! - A seat that is taken keeps its section, row, place and number. What is withdrawn is not deleted.
//! - The pools of seated types promise no more places than there are seats (see `capacity`).
//!
//! Not here: places and holds (`inventory`), a picture of the house, choosing a seat.

pub mod allocate;
mod assign;
mod capacity;
mod find_plan;
mod map;
mod plan;
mod row;
mod seat;
mod set_plan;
pub(crate) mod store;

pub(crate) use assign::{give_back, give_back_of, load, take_late, write};
pub use capacity::TooManyPlaces;
pub use find_plan::{PlanView, RowView, SectionView, find_plan};
pub use map::{NoSeats, SeatMap};
pub use plan::{
    MAX_ROWS, MAX_SEATS, MAX_SECTIONS, PlanFault, PlanPlace, PlanRow, PlanSection, RowLabel, SeatNumber, SeatPlan,
    SectionName, TypeSeating,
};
pub use row::{MAX_ROW, Part, Place, Row, Run};
pub use seat::{HeldSeat, HeldSeats, Seat, SeatKind};
pub(crate) use set_plan::find_excess_of;
pub use set_plan::{SetPlanError, SetSeatPlan, set_plan};
pub(crate) use store::plan::unseat;
