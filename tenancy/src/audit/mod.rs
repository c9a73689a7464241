//! What happened in a tenant, tamper-evident.
//!
//! [`record`] writes an entry in the transaction of the change: no change without an entry, no
//! entry without the change. [`seal`] puts committed entries in an order without gaps and chains
//! them by hash, soon after; it alone takes the tenant's chain head, so that purchases of one
//! tenant never wait for one another's audit (docs/adr/0004). The application role may only
//! insert into both tables; a queue beside them says which entries wait.

mod chain;
mod record;
mod store;

pub use chain::{ChainFault, seal, verify};
pub use record::{Entry, record, record_many};
pub(crate) use store::has_unsealed;
pub use store::{Recorded, Sealed, count_unsealed, list_of, list_sealed};
