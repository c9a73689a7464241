//! The double-entry ledger: what happened to money, once and for ever (docs/adr/0018).
//!
//! ```text
//! facts ─▶ template (pure) ─▶ NewTxn (balances) ─▶ post_many, in the transaction of the business row
//!                                                      └▶ roll_up, later: balances, quarters of an hour
//! ```
//! Each legal entity has a book; a transaction may post to several, and each sums to nothing in each currency. A
//! transaction is one row with its postings in it.
//!
//! Invariants, the last word about which has the database:
//! * Nothing is changed or deleted. A mistake is [`reverse`]d, once.
//! * Kind and key happen once. Posting them again with the same content changes nothing; with another content it is refused, and a
//!   person must look.
//! * What is booked in a closed period stays what it was ([`close`]).
//! * A guarded balance never stands on the other side. Only who takes from it waits.
//! * A balance is what was rolled up and what was posted since, read in one statement: right at any moment, however late
//!   the roll-up is.
//!
//! Not here: who may see what; what a report shows; lots and payouts (`payouts`), contests (`disputes`).

mod account;
mod close;
mod facts;
mod journal;
#[cfg(feature = "measure")]
mod measure;
mod news;
mod post;
mod read;
mod roll_up;
mod shares;
mod store;
pub mod templates;
mod txn;
mod verify;

use bilten_kernel::{Id, IdKind};

pub use account::{Account, Book, Code, Dimension, Rule, Side};
pub use close::{CloseError, close, is_sealed};
pub use facts::{Breakdown, SaleFacts, TaxName, TaxPart};
pub(crate) use journal::{
    Sold, book_gift_card, book_gift_card_earned, book_gift_return, book_kept, book_money_without_sale, book_refund,
    book_refund_end, book_sale, book_sales, lose_dispute,
};
pub(crate) use news::{find_book, has_news, hold_cursor, news_of_orders, sum_of_orders};
pub use post::{KnownAccounts, PostError, Posted, post, post_many, reverse};
pub use read::{Balance, Slot, balance, balance_as_of, balances, find};
pub(crate) use roll_up::look_for_news;
pub use roll_up::{ROLL_UP_JOB, RollUpJob, roll_up};
pub use txn::{Draft, Head, Kind, MOST_POSTINGS, NewTxn, Posting, Unbalanced};
pub use verify::{Fault, Verdict, verify};

/// Kind of a ledger transaction.
pub enum LedgerTxnKind {}
impl IdKind for LedgerTxnKind {
    const PREFIX: &'static str = "ltx";
}
/// Identifies a ledger transaction.
pub type LedgerTxnId = Id<LedgerTxnKind>;
