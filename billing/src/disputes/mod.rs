//! Payments that buyers contest with their banks.
//!
//! ```text
//! warning → needs_response → under_review → won | lost
//!       └→ dropped      └→ prevented
//! ```
//! An inquiry (*warning*) only asks. When a contest opens the provider takes the money and its fee; both come back when it is
//! won. A notice is a hint to ask ([`ask`]), and the hourly look after a tenant's money ([`look`]) asks for all; what is told may
//! come twice and in any order, and never leads back from an end. Each step is booked in the transaction in which it is written
//! down, and what is booked is what the provider took, whatever currency the buyer's bank counts in.
//!
//! While all of a payment is contested its tickets rest: the door says so. Won, they admit again; lost before the event, they are
//! void and their places go on sale. A part that is contested leaves them alone: nobody knows which of them it is about.
//!
//! The evidence is gathered from what the shop keeps anyway ([`evidence`]); it is handed in by somebody, or by the job on the last day,
//! unless somebody gives the contest up first. Staff may add a note until then.
//! A card scheme's early warning of fraud is answered by giving the money back before it is contested, unless somebody came in with
//! a ticket ([`warnings`]).

pub mod evidence;
mod look;
mod store;
mod take_in;
pub mod warnings;

use bilten_kernel::{AttemptId, Id, IdKind, Money, OrderId, Timestamp};

use crate::provider::{AccountRef, DisputeStatus};

pub use look::{ask, look};
pub(crate) use store::{count_since, find_by_reference, sum_contested, sum_open};
pub use store::{find, list_before, list_for_order, list_open};

/// Kind of a contest.
pub enum DisputeKind {}
impl IdKind for DisputeKind {
    const PREFIX: &'static str = "dsp";
}
/// Identifies a contest.
pub type DisputeId = Id<DisputeKind>;

/// A contested payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Which.
    pub id: DisputeId,
    /// Payment that is contested.
    pub attempt: AttemptId,
    /// Order that it paid.
    pub order: OrderId,
    /// Provider.
    pub provider: String,
    /// The payee's account there; none where the provider has no accounts.
    pub account: Option<AccountRef>,
    /// The provider's name of it.
    pub reference: String,
    /// How much the provider took, or would take.
    pub amount: Money,
    /// What it costs.
    pub fee: Money,
    /// What of that came back when it was won.
    pub fee_returned: Money,
    /// What the buyer claims, when his bank counts otherwise.
    pub claimed: Option<Money>,
    /// What he says, in the provider's word.
    pub reason: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// The provider has taken the money.
    pub is_taken: bool,
    /// When it began.
    pub opened_at: Timestamp,
    /// Until when the merchant may answer.
    pub due_by: Timestamp,
    /// When the evidence was handed in.
    pub evidence_at: Option<Timestamp>,
    /// What staff add to it.
    pub note: String,
    /// The provider takes earlier payments of the same buyer as evidence.
    pub takes_history: bool,
    /// When somebody gave it up.
    pub conceded_at: Option<Timestamp>,
}

impl Dispute {
    /// Tells whether the merchant may answer still.
    pub const fn is_answerable(&self) -> bool {
        matches!(self.status, DisputeStatus::Warning | DisputeStatus::NeedsResponse)
    }

    /// Tells whether somebody may still work on it: nothing was handed in or given up, and there is time.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        self.is_answerable() && self.evidence_at.is_none() && self.conceded_at.is_none() && now <= self.due_by
    }
}

/// Name in the database and in the API.
pub const fn name(status: DisputeStatus) -> &'static str {
    match status {
        DisputeStatus::Warning => "warning",
        DisputeStatus::NeedsResponse => "needs_response",
        DisputeStatus::UnderReview => "under_review",
        DisputeStatus::Won => "won",
        DisputeStatus::Lost => "lost",
        DisputeStatus::Prevented => "prevented",
        DisputeStatus::Dropped => "dropped",
    }
}

const ALL: [DisputeStatus; 7] = [
    DisputeStatus::Warning,
    DisputeStatus::NeedsResponse,
    DisputeStatus::UnderReview,
    DisputeStatus::Won,
    DisputeStatus::Lost,
    DisputeStatus::Prevented,
    DisputeStatus::Dropped,
];

pub(crate) fn from_name(text: &str) -> Option<DisputeStatus> {
    ALL.into_iter().find(|status| name(*status) == text)
}

/// Rank by which news is told from what is old; ends are final.
const fn rank(status: DisputeStatus) -> u8 {
    match status {
        DisputeStatus::Warning => 0,
        DisputeStatus::NeedsResponse => 1,
        DisputeStatus::UnderReview => 2,
        DisputeStatus::Won | DisputeStatus::Lost | DisputeStatus::Prevented | DisputeStatus::Dropped => END,
    }
}

/// Rank of ends.
const END: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_round_trip_and_ends_are_final() {
        for status in ALL {
            assert_eq!(from_name(name(status)), Some(status));
        }
        let ends = ALL.into_iter().filter(|status| rank(*status) == END);
        assert_eq!(
            ends.map(name).collect::<Vec<_>>(),
            ["won", "lost", "prevented", "dropped"]
        );
        assert_eq!(from_name("elsewhere"), None);
    }
}
