//! Stand-ins for the world outside.

pub mod courier;
pub mod provider;
pub mod stripe;

pub use courier::Courier;
pub use provider::{Call, Fault, Faulty};
pub use stripe::{FakeStripe, StripeFault};
