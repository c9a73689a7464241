//! Who may do what in a tenant.
//!
//! Casbin decides (RBAC with domains, [`policy`]); its answers are compiled to a bit set per
//! account and scope and cached by (tenant, policy version). The version is read in the
//! request's own transaction, so that a change is visible to the next request on every node.
//! Every change of a role or membership goes through the verbs here, which raise the version
//! and write an audit entry.
//!
//! Handlers call [`require`] and get a [`Permit`], or [`Denied`]: what one may not see does not
//! exist (404), what one may see but not do is forbidden (403). Lists ask [`rights`] for their
//! [`Reach`] and filter in SQL.
//!
//! Not here: who somebody is (crate `sso`), and which route needs what (`api`).

mod adapter;
mod cache;
mod membership;
mod permission;
mod policy;
mod require;
mod rights;
mod role;
mod set;
mod store;

pub use cache::PolicyCache;
pub use membership::{Membership, MembershipError, assign, list_memberships, withdraw};
pub use permission::{Entry, Permission, ScopeKind, registry};
pub use policy::{Policy, Rules};
pub use require::{Denied, Permit, bump, require, require_program, rights, seed_roles};
pub use rights::{Reach, Rights, Scope};
pub use role::{Role, of_scopes};
pub use set::PermissionSet;
