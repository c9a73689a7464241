//! The door: a ticket admits once, at whatever gate, however many scan it at the same moment.
//!
//! The primary key of `check_ins` decides; every scan, also a refused one, is kept. A scan that is sent again with its
//! key is no second scan: it gets the answer of the first. Programs at many gates are served in groups ([`Door`]).

mod admit;
mod door;
mod recall;
mod store;

pub use admit::{Admission, AdmitError, AdmitTicket, Refusal, ScanInput, admit};
pub use door::Door;
pub use store::{KeptScan, list_scans_of_order};
