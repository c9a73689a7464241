//! The gate to the database.
//!
//! Tenant rows are reached only through a [`TenantTx`], the directory of tenants only through a
//! [`PlatformTx`]; pools, `set_config` and host look-ups are named nowhere else. What every crate
//! above needs inside a transaction lives here too: audit, outbox, jobs, idempotency.

pub mod audit;
mod db;
pub mod directory;
pub mod groups;
pub mod idempotency;
pub mod jobs;
pub mod lifecycle;
pub mod migrate;
pub mod outbox;
pub mod page_versions;
pub mod permissions;
pub mod seal;
pub mod settings;
pub mod watched;

pub use db::{Db, DbConfig, DbError, PlatformDb, PlatformTx, Retry, TenantTx, Waker};
