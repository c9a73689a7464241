//! What happened in a tenant, tamper-evident.
//!
//! [`record`] writes an entry in the transaction of the change: no change without an entry, no
//! entry without the change. [`seal`] puts committed entries in an order without gaps and chains
//! them by hash, soon after; it alone takes the tenant's chain head, so that purchases of one
//! tenant never wait for one another's audit (docs/adr/0004). Each hour [`SignHeads`] signs how far the chain has come, and the
//! signed head is carried out of the database (docs/adr/0036). The application role may only
//! insert into these tables; a queue beside them says which entries wait.

mod chain;
mod file;
mod head;
mod record;
mod search;
mod store;
mod walk;

pub use chain::{SignHeads, WITNESS_JOB, seal, verify, verify_against};
pub use file::{FORMAT, FileFault, FileHead, FileLine, FileReport, read_heads, verify_file};
pub use head::{HeadSigner, SignedHead};
pub use record::{Entry, record, record_many};
pub use search::{AuditCursor, AuditFilter, AuditRow, list};
pub(crate) use store::has_unsealed;
pub use store::{
    Recorded, Sealed, chain_length, count_unsealed, find_last_head, list_heads, list_links, list_of, list_sealed,
};
pub use walk::{ChainFault, Link, StoredEntry, Walk};
