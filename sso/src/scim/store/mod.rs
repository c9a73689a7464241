//! SQL of the tables of provisioning.

pub(super) mod groups;
pub(super) mod members;
pub(super) mod requests;
pub(super) mod tokens;
pub(super) mod users;
