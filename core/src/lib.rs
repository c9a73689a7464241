//! Ticketing: what is on sale, what is held, who bought it, who was admitted.
//!
//! Payments, pages and people's accounts are not here: `billing`, `branding` and `sso` are.

pub mod catalog;
pub mod check_in;
pub mod inventory;
mod keys;
pub mod links;
pub mod offers;
pub mod orders;
pub mod price_policy;
pub mod pricing;
pub mod promo;
pub mod reports;
pub mod return_policy;
pub mod seating;
pub mod tickets;
pub mod waiting_room;
pub mod waitlist;

pub use keys::MasterKey;
