//! What it costs to give tickets back, and who may do it himself.
//!
//! A policy is a ladder of steps: until so many hours before the event begins, so much of each ticket is kept. After the
//! last step nothing comes back. Beside it stand days of withdrawal after the purchase, in which everything comes back.
//!
//! Invariants:
//! * A policy never changes: a change is a new one. An order keeps the newest that there was when it was made, so that
//!   nobody is bound by terms that he could not read.
//! * Without a policy buyers cannot give anything back; staff can, and decide what is kept.
//!
//! Not here: tickets and places that come back (`orders`, `inventory`), and the money (`billing`).

mod policy;
mod set_policy;
mod store;

pub use policy::{MAX_STEPS, PolicyError, ReturnPolicy, Step, Terms};
pub use set_policy::{NewReturnPolicy, SetReturnPolicyError, set_return_policy};
pub use store::{find_at, find_now};
