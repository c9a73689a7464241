//! What the books say about a span of time: a statement, and the transactions behind each figure.
//!
//! Everything here is read from postings, nothing is kept. Invariants:
//! * A statement ties: what was with the providers before, and every movement of it, make up what is there after.
//! * Each figure is a sum of movements ([`Figure`] says which), and opens to exactly their transactions ([`list_entries`]).
//!
//! Not here: how postings come about (`ledger`), who may see them (`tenancy::permissions`).

mod entries;
mod figure;
mod money_out;
mod movement;
mod statement;
mod store;
mod taxes;

pub use entries::{Entry, EntryFilter, EntryLine, list_entries};
pub use figure::Figure;
pub use money_out::{
    CalendarLine, DisputeLine, PayoutLine, PayoutPart, Release, SetOff, find_payout, list_calendar, list_disputes,
    list_payout_parts, list_payouts, list_set_off,
};
pub use movement::{EventMovements, Movement, Span, list_balances, list_movements, list_movements_by_event};
pub(crate) use movement::{count_failed, sum_exposed, sum_lots};
pub use statement::{MoneyLine, Statement, TaxLine, currencies, statement};
pub use taxes::{Declared, list_taxes};
