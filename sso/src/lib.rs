//! Who is it: accounts of staff, sessions, log-in with throttling, a tenant's rules for both, keys of programs, operators.
//!
//! Invariants: a password is kept as an argon2id hash, a session token and an API key as a
//! SHA-256 hash, and none of them reaches a log; an account of one tenant is nobody in another;
//! an unknown address and a wrong password get the same answer after the same work.
//!
//! Staff may also log in at identity providers of the tenant: `connections` says which, `oidc` speaks with them through
//! `egress`, `saml` reads what SAML providers send (`saml_peers` knows them), `sign_in` knows who came.
//!
//! Not here: what somebody may do (`bilten_tenancy::permissions`), cookies and headers (`api`).

pub mod accounts;
pub mod api_keys;
mod check;
pub mod connections;
pub mod domains;
pub mod egress;
pub mod enforcement;
pub mod factors;
pub mod jose;
pub mod links;
pub mod login;
pub mod notices;
pub mod oidc;
pub mod operators;
pub mod passwords;
pub mod saml;
pub mod saml_peers;
pub mod scim;
pub mod seal;
pub mod security;
pub mod sessions;
pub mod sign_in;
pub mod streams;
pub mod team;
mod tidy;
mod token;
pub mod visits;

pub use check::Check;
pub use tidy::TidyLogins;
pub use token::{CsrfToken, SessionToken, TokenHash};
