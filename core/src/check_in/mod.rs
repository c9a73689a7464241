//! The door: a ticket admits once, at whatever gate, however many scan it at the same moment.
//!
//! The primary key of `check_ins` decides; every scan, also a refused one, is kept.

mod admit;
mod store;

pub use admit::{Admission, AdmitError, AdmitTicket, Refusal, ScanInput, admit};
