//! What the books say about a span of time: a statement, and the transactions behind each figure.
//!
//! Everything here is read from postings, nothing is kept. Invariants:
//! * A statement ties: what was with the providers before, and every movement of it, make up what is there after.
//! * Each figure is a sum of movements (kind and account), and each movement opens to its transactions ([`list_entries`]).
//!
//! Not here: how postings come about (`ledger`), who may see them (`tenancy::permissions`).

mod entries;
mod movement;
mod statement;
mod store;

pub use entries::{Entry, EntryFilter, EntryLine, list_entries};
pub use movement::{Movement, Span, list_movements};
pub use statement::{MoneyLine, Statement, TaxLine, currencies, statement};
