//! What providers say of balances, compared with what the books say.
//!
//! ```text
//! line    new → matched | foreign | suspense → matched | foreign
//! look    import the lines → explain each → compare the sum with what lies there → look for what has no line → green or red
//! ```
//! The last two of five tiers, each of which mends what the one above it missed: answers and notices settle at once (`checkout`),
//! what is open is asked after (`reconcile::sweep`), notices that never arrived are fetched (`reconcile::notices`); then come the
//! lines of the provider's own statement, and the sum of them.
//!
//! Invariants:
//! * A line is imported once, by its name, and explained by exactly one thing of ours (unique index `one_line_for_each`).
//! * What nobody can explain is booked in suspense, so that the books always say what lies with the provider.
//! * A fee of the provider is booked once, by the name of its line.
//! * A balance that is red is not paid out, whatever its deadline.
//!
//! Not here: what a payout pays (`payouts`), the statement that a tenant reads (`finance`).

mod explain;
mod import;
mod judge;
mod look;
mod store;
mod suspense;

use bilten_kernel::Timestamp;

use crate::{payees::Profile, provider::AccountRef};

pub use look::look;
pub(crate) use look::places;
pub(crate) use store::{Gathered, gather_proof, list_fees};
pub use store::{Look, OpenLine, list_looks, list_open_lines};
pub use suspense::{SetAsideError, set_aside};

/// Where money of a tenant lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub provider: String,
    pub account: Option<AccountRef>,
    /// Nobody but us moves money on it, so that whatever moves must be explained.
    is_ours: bool,
}

impl Place {
    fn account(&self) -> &str {
        self.account.as_ref().map_or("", AccountRef::as_str)
    }

    fn is_ours_by(profile: Profile) -> bool {
        profile == Profile::Managed
    }
}

/// What of ours a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Payment,
    Refund,
    RefundBack,
    Dispute,
    DisputeWon,
    Payout,
    PayoutBack,
    Transfer,
    TransferBack,
    Fee,
}

impl Subject {
    const fn name(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Refund => "refund",
            Self::RefundBack => "refund_back",
            Self::Dispute => "dispute",
            Self::DisputeWon => "dispute_won",
            Self::Payout => "payout",
            Self::PayoutBack => "payout_back",
            Self::Transfer => "transfer",
            Self::TransferBack => "transfer_back",
            Self::Fee => "fee",
        }
    }
}

/// Why nobody can explain a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Riddle {
    /// A buyer paid, and no order of ours was to be paid by it.
    NoOrder,
    /// Our payment is not known to have succeeded.
    Unsettled,
    /// Another amount than ours.
    Amount,
    /// There is such a line already.
    Twice,
    /// Money went back, and nobody knows for what.
    NoRefund,
    /// A contest that we never heard of.
    NoDispute,
    /// A payout that we did not make.
    NoPayout,
    /// Money of the platform that we did not send.
    NoTransfer,
    /// Something without a name.
    Kind,
}

impl Riddle {
    const fn name(self) -> &'static str {
        match self {
            Self::NoOrder => "no_order",
            Self::Unsettled => "unsettled",
            Self::Amount => "amount",
            Self::Twice => "twice",
            Self::NoRefund => "no_refund",
            Self::NoDispute => "no_dispute",
            Self::NoPayout => "no_payout",
            Self::NoTransfer => "no_transfer",
            Self::Kind => "kind",
        }
    }
}

/// A line as it is stored.
#[derive(Debug, Clone)]
struct Known {
    line: crate::provider::BalanceLine,
    /// It is in suspense, for this reason.
    is_in_suspense: bool,
    imported_at: Timestamp,
}
