//! Stand-ins for the world outside.

pub mod courier;
pub mod provider;
pub mod registers;
pub mod stripe;

pub use courier::Courier;
pub use provider::{Call, Fault, Faulty};
pub use registers::{FakeRegisters, RegisterFault};
pub use stripe::{FakeStripe, StripeFault};
