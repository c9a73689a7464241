//! Connections and transactions.
//!
//! Invariants: no statement on a tenant's rows runs outside a [`TenantTx`]; the tenant is set for
//! that transaction alone, in the round trip of BEGIN; a request that vanishes at any moment
//! leaves neither a transaction nor a tenant on the pooled connection (docs/adr/0002); nobody waits for the server for ever.

mod error;
mod patience;
mod platform_tx;
mod pool;
mod privileges;
mod retry;
mod tenant_tx;
mod waker;

pub use error::DbError;
pub use patience::Patient;
pub use platform_tx::{PlatformDb, PlatformTx};
pub use pool::DbConfig;
pub use retry::Retry;
pub use tenant_tx::{Db, TenantTx};
pub use waker::Waker;
