//! Waiting lists: places that come back go to those who wait, in the order of joining, and only then on sale.
//!
//! ```text
//! waiting ──a place for the party is free──▶ offered ──its hold is sold────────▶ accepted
//!    │ └──event over──▶ closed                  ├──given back──────────────────▶ declined
//!    └──leaves──▶ left                          └──its deadline passes─────────▶ lapsed
//! ```
//! Invariants:
//! - An offer *is* a hold, made by the same [`Stock::take`](crate::inventory::Stock::take) as a buyer's, in a transaction
//!   that has the event's pools locked: it obeys capacity, sale window, limits of an order and the event's state, because
//!   there is no other way to get a hold.
//! - Whoever makes holds for buyers serves the list first ([`offer_first`]), in the same transaction. So nobody who
//!   asks at the right moment gets what somebody has been waiting for.
//! - An entry is offered places once. Each offer has one event `waitlist_offered`, and each that lapses one
//!   `waitlist_lapsed`; so each is one mail.
//! - Nothing depends on a job being on time: a job only serves the list when no buyer happens to ask ([`serve`]).
//!
//! The fairness rule is in [`matching`]. Decision and alternatives: `docs/adr/0012-waiting-list.md`. Not here: mails
//! (crate `api` hears the events), payment of an offer (it is a cart like any other).

mod deadline;
mod entry;
mod freed;
mod join;
mod leave;
mod list;
mod matching;
mod offer;
mod reserve;
mod serve;
mod settle;
pub(crate) mod store;
mod tend;

pub use deadline::{Occasion, SHORTEST_OFFER};
pub use entry::{Entry, EntryState, Party};
pub(crate) use freed::{free_by_choice, note_freed, note_freed_by};
pub use join::{JoinError, JoinWaitlist, MAX_ENTRIES, join};
pub use leave::{LeaveError, Parting, leave, remove};
pub use list::{
    EntryDetail, EntryFilter, EntryLine, ListCounts, ListPage, WaitlistCursor, counts, find, find_by_hold, is_on_list,
    list,
};
pub use matching::{Candidate, Matched, Offered, PATIENCE, SAVING, match_list};
pub(crate) use offer::offer_first;
pub(crate) use reserve::reserve;
pub use serve::{MATCH_JOB, MatchJob, serve};
pub use tend::TendWaitlists;
