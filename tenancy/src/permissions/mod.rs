//! Who may do what in a tenant.
//!
//! Casbin decides (RBAC with domains, [`policy`]); its answers are compiled to a bit set per
//! account and scope and cached by (tenant, policy version). The version is read in the
//! request's own transaction, so that a change is visible to the next request on every node;
//! a policy in memory counts no longer than the next end of a role in it.
//! Every change of a role or membership goes through the verbs here, which raise the version
//! and write an audit entry. Nobody gives what he does not hold himself.
//!
//! The nine built-in roles are part of the program ([`Role`]); a tenant's own are rows.
//!
//! Handlers call [`require`] and get a [`Permit`], or [`Denied`]: what one may not see does not
//! exist (404), what one may see but not do is forbidden (403). Lists ask [`rights`] for their
//! [`Reach`] and filter in SQL.
//!
//! Not here: who somebody is (crate `sso`), and which route needs what (`api`).

mod adapter;
mod cache;
mod explain;
mod list;
mod membership;
mod own;
mod own_store;
mod permission;
mod policy;
mod require;
mod rights;
mod role;
mod roles;
mod set;
mod store;
mod visit;

pub use cache::PolicyCache;
pub use explain::{who, why};
pub use membership::{
    Grant, MAX_OWNERS, Membership, MembershipError, assign, give, list_all_memberships, list_memberships, list_owners,
    permit, provide, withdraw,
};
pub use own::{
    OwnRole, OwnRoleError, Preview, RoleWish, delete_own_role, find_own_role, list_own_roles, preview_own_role,
    save_own_role,
};
pub use permission::{Duty, Entry, Permission, ScopeKind, registry};
pub use policy::{Policy, Rules};
pub use require::{Denied, Permit, bump, require, require_program, rights, standing};
pub use rights::{Place, Reach, Rights, Scope};
pub use role::{Role, of_scopes};
pub use roles::{RoleName, all_roles};
pub use set::PermissionSet;
pub use visit::{NEVER_OF_VISITS, of_visit};
