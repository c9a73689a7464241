//! Stand-ins for the world outside.

pub mod courier;
pub mod dns;
pub mod idp;
pub mod provider;
pub mod registers;
pub mod saml;
pub mod stripe;

pub use courier::Courier;
pub use dns::FakeDns;
pub use idp::{FakeIdp, Twist};
pub use provider::{Call, Fault, Faulty};
pub use registers::{FakeRegisters, RegisterFault};
pub use saml::{SamlAsked, SamlIdp, SamlTwist};
pub use stripe::{FakeStripe, StripeFault};
