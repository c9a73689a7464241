//! Orders: what a buyer asked for, and how it ended.
//!
//! ```text
//! quoted ──▶ awaiting_payment ──▶ paid ──▶ cancelled | refunded
//!   ▲  │           │    ▲           ▲
//!   │  └─free──────┼────┼───────────┤
//!   └──decline─────┘    │           │
//!                  awaiting_funds ──┤       quoted | awaiting_payment | awaiting_funds ──▶ expired | cancelled
//!                  payment_conflict ┘       expired ──▶ paid | payment_conflict (money came late)
//! ```
//! Invariants: one order a cart; tickets exist exactly for paid orders; the total is the sum of
//! the lines at the prices that the hold kept; an order without an event has no lines, and is worth its total. Payments themselves are in `billing`.

mod bare;
mod cancel;
mod charge;
mod code;
mod complete;
mod order;
mod orphans;
mod place;
mod progress;
mod quote;
mod reader;
mod store;
mod take_back;

pub use bare::{BareOrder, give_back_bare, quote_bare};
pub use cancel::{CancelError, close_unpaid};
pub use code::OrderCode;
pub use complete::{CompleteError, Completed, complete};
pub use order::{Channel, Order, OrderLine, OrderState};
pub use orphans::orphans;
pub use place::{GroupError, Placement, await_payment_many, complete_many, find_by_carts, lock_many, place_many};
pub use progress::{
    MoveError, set_awaiting_funds, set_awaiting_payment, set_payment_conflict, set_quoted, set_refunded,
};
pub use quote::{QuoteError, QuoteOrder, quote};
pub use reader::OrderReader;
pub use store::{count_paid, find, find_by_code, find_by_hold, list_paid, lock, set_gift_card};
pub use take_back::{Returnable, cancel_paid, lock_returnable, take_back};
