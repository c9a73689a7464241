//! A price that a policy has set, with why.

use bilten_kernel::Timestamp;
use jiff::SignedDuration;

use crate::{catalog::TicketType, pricing::dynamic::Cause};

/// Moves are summed up over so long: 24 hours, whatever a clock on the wall does meanwhile.
pub(super) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Why a price was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointCause {
    /// The policy began, at its first price.
    Start,
    /// More was sold than the curve says.
    Ahead,
    /// Less was sold than the curve says.
    Behind,
    /// It was outside its bounds.
    Bounds,
    /// Somebody stopped the policy.
    Stopped,
}

impl PointCause {
    const ALL: [Self; 5] = [Self::Start, Self::Ahead, Self::Behind, Self::Bounds, Self::Stopped];

    /// Name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Ahead => "ahead",
            Self::Behind => "behind",
            Self::Bounds => "bounds",
            Self::Stopped => "stopped",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }
}

impl From<Cause> for PointCause {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Ahead => Self::Ahead,
            Cause::Behind => Self::Behind,
            Cause::Bounds => Self::Bounds,
        }
    }
}

/// A price that a policy has set. Amounts are minor units of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Number, from 1 for each ticket type.
    pub number: i32,
    /// From when on.
    pub at: Timestamp,
    /// What a ticket cost before.
    pub before: i64,
    /// What it costs from then on.
    pub price: i64,
    /// What buyers saw before, with everything in it.
    pub shown_before: i64,
    /// What they saw from then on.
    pub shown_price: i64,
    /// Why.
    pub cause: PointCause,
    /// Tickets sold and in carts, of the scarcest pool.
    pub sold: i64,
    /// Places of that pool.
    pub capacity: i64,
    /// What the curve expected to be sold, in hundredths of a per cent of the places.
    pub expected_bp: i32,
    /// What the price had moved in the 24 hours before.
    pub moved: i64,
    /// Version of the policy.
    pub policy_version: i32,
    /// Who did it: the program by the policy, or whoever stopped it.
    pub actor: String,
}

/// What came before: the last point, and what the price moved in the last 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct History {
    pub number: i32,
    pub at: Timestamp,
    pub cause: PointCause,
    pub moved_today: i64,
}

impl History {
    /// Whether the policy has begun and was not stopped since.
    pub fn is_running(last: Option<Self>) -> bool {
        last.is_some_and(|last| last.cause != PointCause::Stopped)
    }
}

/// Tickets sold and in carts, and places, of the pool that has the fewest left.
pub(super) fn sums(kind: &TicketType) -> (i64, i64) {
    let scarcest = kind
        .pools
        .iter()
        .min_by_key(|pool| pool.capacity - pool.held - pool.sold);
    scarcest.map_or((0, 0), |pool| (pool.held + pool.sold, pool.capacity))
}
