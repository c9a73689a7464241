//! Stand-ins for the world outside.

pub mod courier;
pub mod provider;

pub use courier::Courier;
pub use provider::{Call, Fault, Faulty};
