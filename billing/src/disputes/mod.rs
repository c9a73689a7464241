//! Payments that buyers contest with their banks.
//!
//! ```text
//! needs_response → under_review → won | lost
//! ```
//! The provider takes the money and its fee when a contest opens; both come back when it is won. The hourly look after a
//! tenant's money ([`look`]) asks every provider; what it tells may come twice and in any order, and never leads back from an
//! end. Each step is booked in the transaction in which it is written down.
//!
//! Not here: evidence, tickets of a contested payment (they stay valid).

mod look;
mod store;

use bilten_kernel::{AttemptId, Id, IdKind, Money, OrderId, Timestamp};

use crate::provider::DisputeStatus;

pub use look::look;
pub use store::list_for_order;
pub(crate) use store::{sum_contested, sum_open};

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
    /// How much of it.
    pub amount: Money,
    /// What it costs.
    pub fee: Money,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Until when the merchant may answer.
    pub due_by: Timestamp,
}

/// Name of a state in the database.
pub const fn name(status: DisputeStatus) -> &'static str {
    match status {
        DisputeStatus::NeedsResponse => "needs_response",
        DisputeStatus::UnderReview => "under_review",
        DisputeStatus::Won => "won",
        DisputeStatus::Lost => "lost",
    }
}

pub(crate) fn from_name(text: &str) -> Option<DisputeStatus> {
    [
        DisputeStatus::NeedsResponse,
        DisputeStatus::UnderReview,
        DisputeStatus::Won,
        DisputeStatus::Lost,
    ]
    .into_iter()
    .find(|status| name(*status) == text)
}

/// Rank by which news is told from what is old; both ends are final.
const fn rank(status: DisputeStatus) -> u8 {
    match status {
        DisputeStatus::NeedsResponse => 0,
        DisputeStatus::UnderReview => 1,
        DisputeStatus::Won | DisputeStatus::Lost => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_round_trip_and_ends_are_final() {
        for text in ["needs_response", "under_review", "won", "lost"] {
            let status = from_name(text).unwrap();
            assert_eq!(name(status), text);
            assert_eq!(rank(status) == 2, matches!(text, "won" | "lost"));
        }
        assert_eq!(from_name("warning"), None);
    }
}
