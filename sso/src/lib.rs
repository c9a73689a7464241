//! Who is it: accounts of staff, sessions, log-in with throttling, keys of programs, operators.
//!
//! Invariants: a password is kept as an argon2id hash, a session token and an API key as a
//! SHA-256 hash, and none of them reaches a log; an account of one tenant is nobody in another;
//! an unknown address and a wrong password get the same answer after the same work.
//!
//! Not here: what somebody may do (`bilten_tenancy::permissions`), cookies and headers (`api`).

pub mod accounts;
pub mod api_keys;
pub mod login;
pub mod operators;
pub mod passwords;
pub mod sessions;
pub mod team;
mod tidy;
mod token;

pub use tidy::TidyLogins;
pub use token::{CsrfToken, SessionToken, TokenHash};
