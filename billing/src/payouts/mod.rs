//! Whose money lies with a provider, and when it goes to his bank.
//!
//! ```text
//! lot     pending → held → releasable → allocated → paid; consumed, when refunds and contests took all of it
//! payout  reserved → submitting → in_transit → paid | failed (its lots are free again)
//! ```
//! A *lot* is one order's money at one payee. Lots are told from the ledger ([`gather`]), never written by who sells; so the
//! sum of all lots is what lies with the provider and what was paid out, to the cent. A [`Policy`] says when a lot may go. A
//! payout names the orders it pays, and how much of each, before the provider is called.
//!
//! Invariants:
//! * Of a lot never more is paid out than it holds; what is on its way back to the buyer stays.
//! * A payout is never more than the ledger says may be sent, and it is booked in the transaction that makes it.
//! * A balance that is not what the books say is not paid out, whatever its deadline (`balances`).
//! * Asking the provider again for a payout sends nothing twice: its key is the payout's id.
//! * Nothing leaves an account that rests (`payees::Rest`), and before its event is over no more than its payee's tier allows.
//!
//! Not here: what a statement shows; bank accounts.

mod gate;
mod gather;
mod lot;
mod outlook;
mod policy;
mod recognise;
mod release;
mod send;
mod store;
mod tend;
mod trust;

use bilten_kernel::{Id, IdKind};

pub use gate::Closed;
pub use gather::gather;
pub use lot::{Lot, LotState};
pub use outlook::{Outlook, Portion, Reason, outlook};
pub use policy::{Dates, Policy};
pub use recognise::recognise;
pub use release::{make_available, release};
pub(crate) use send::request_send;
pub use send::{PayoutState, SEND_JOB, SendPayout, send};
pub use store::{PayoutRow, list_lots, list_payouts};
pub(crate) use store::{find_at_provider, prove, sum_unheard};
pub(crate) use tend::request_look;
pub use tend::{FindMoney, TEND_JOB, TendMoney, tend};

/// Kind of a payout.
pub enum PayoutKind {}
impl IdKind for PayoutKind {
    const PREFIX: &'static str = "out";
}
/// Identifies a payout.
pub type PayoutId = Id<PayoutKind>;
