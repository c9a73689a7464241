//! Gives money back, once.
//!
//! ```text
//! requested → submitting → { pending, succeeded, failed }
//! ```
//! A refund's row is written in the transaction that decides it (tickets taken back, an order cancelled, money without
//! stock) together with the job that sends it. The row's id is the provider's key, so sending again after a lost answer is
//! safe. A refusal is final for that refund; [`refund_again`] makes a new one for what is left. The sum of an attempt's refunds
//! never exceeds what it brought; the attempt's row lock keeps two clerks apart.
//!
//! Tickets are taken back one by one or all at once ([`take_back`], [`cancel_order`]): a return says what they had cost and
//! what was kept of it, ticket by ticket, and each ticket is in one return at most.
//!
//! Not here: who may refund (`tenancy::permissions`), what a policy says (`core::return_policy`).

mod again;
mod cancel;
mod card;
mod of_event;
mod outside;
mod parts;
mod request;
mod returns;
mod shares;
mod store;
mod submit;
mod take_back;
mod terms;

pub use again::{RefundAgainError, refund_again};
pub use cancel::{CancelOrderError, Cancelled, cancel_order};
pub use of_event::{REFUND_EVENT_JOB, RefundEvent, RefundEventError, refund_event};
pub(crate) use outside::{import, take_in_return, void_all};
pub(crate) use request::{Sum, Why, request};
pub use returns::{Kept, Origin};
pub use store::{Refund, RefundState, list_for_order};
pub(crate) use store::{find_at_provider, list_open, sum_open, sum_requested as sum_of};
pub use submit::{SUBMIT_JOB, SubmitRefund, submit};
pub use take_back::{Claim, Offer, TakeBack, TakeBackError, TakenBack, list_kept, offer, take_back};
pub use terms::{returns_platform_fee, set_returns_platform_fee};
