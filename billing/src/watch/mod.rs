//! Keeps an eye on each tenant's money: proves it, remembers the verdict, stops payouts when it is bad, and tells operators.
//!
//! ```text
//! sound → suspected → off
//!   ↑         │        │
//!   └─────────┴────────┘  when nothing differs any more
//! ```
//! The proof compares what was told apart, and what a provider did this second and has not told us yet differs for a moment. So one
//! look that finds a difference only raises a suspicion, and is followed by another a minute later; what differs in both, in the
//! same direction, is real.
//!
//! Invariants:
//! * Payouts are made and sent only while the last look was sound ([`lets_money_go`]). Whoever was never looked at had no money yet.
//! * Each change of the verdict is logged once, and counted.
//! * Operators read sums that the tenant's own job has told; nobody looks across tenants.
//!
//! Not here: what is compared (`proof`).

mod look;
mod oversight;
mod store;
mod verdict;

pub use look::{FindUnproven, WATCH_JOB, WatchMoney, look};
pub use oversight::{MonthSum, Stand, Verdicts, list_months, list_stands, list_verdicts};
pub use store::{Kept, find, lets_money_go};
pub use verdict::Verdict;
