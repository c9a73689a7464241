//! The seat plan of an event.

mod plan;
pub(in crate::v1) mod set;
pub(in crate::v1) mod show;
