//! Tickets: issued once by constraint, signed so that a door can check them offline.
//!
//! A ticket's code holds the key's number, the ticket, the event and an Ed25519 signature by the
//! tenant; a scanner that knows the tenant's public keys needs no network to tell a genuine code.
//! Admission itself is in `check_in`.

mod code;
mod issue;
mod signing;
pub(crate) mod store;
mod suspend;
mod ticket;

pub use code::{CodeError, TicketCode};
pub(crate) use issue::IssueLine;
pub use issue::{Issue, issue, issue_many};
pub use signing::{TicketSigner, create_signing_key, list_public_keys};
pub(crate) use store::seat;
pub use store::{list_for_order, list_for_orders};
pub use suspend::{reinstate, suspend};
pub use ticket::{Ticket, TicketState};
