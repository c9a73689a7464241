//! Life of a tenant: provisioned, suspended, resumed.
//!
//! Provisioning writes with two roles and so in two transactions; the tenant stays invisible
//! until both are committed, and running it again finishes what a crash left half-way.

mod provision;
mod status;
mod store;

pub use provision::{NewTenant, ProvisionError, Seed, provision};
pub use status::{StatusError, add_host, resume, suspend};
