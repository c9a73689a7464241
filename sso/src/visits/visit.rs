//! What a visit is, and how long it lasts.

use bilten_kernel::{AccountId, OperatorId, Timestamp, Visit, VisitId, VisitPowers};
use jiff::SignedDuration;

use crate::{CsrfToken, TokenHash};

/// Longest visit, in minutes.
pub const MAX_MINUTES: i16 = 60;
/// Shortest visit, in minutes.
pub const MIN_MINUTES: i16 = 5;
/// What was asked and is not answered, or was granted and is not begun, lapses after this.
pub const LAPSE: SignedDuration = SignedDuration::from_hours(24);

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its time was over.
    Time,
    /// The operator left.
    Operator,
    /// The operator logged out.
    LogOut,
    /// Somebody of the tenant's staff ended it.
    Tenant,
}

impl Ended {
    /// Stable name in the database and in the record.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Operator => "operator",
            Self::LogOut => "log_out",
            Self::Tenant => "tenant",
        }
    }

    pub(super) fn of_name(name: &str) -> Self {
        match name {
            "operator" => Self::Operator,
            "log_out" => Self::LogOut,
            "tenant" => Self::Tenant,
            _ => Self::Time,
        }
    }
}

/// Where a visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitState {
    /// Waits for an answer.
    Asked,
    /// May begin.
    Approved,
    /// Was refused.
    Refused,
    /// The operator is in.
    Running,
    /// The operator was in.
    Ended(Ended),
    /// Was not answered or not begun in time.
    Lapsed,
}

/// A visit as lists show it. What is over by the clock is told as over, whether or not it was closed.
#[derive(Debug, Clone)]
pub struct VisitRow {
    /// The visit.
    pub id: VisitId,
    /// Who asked.
    pub operator: OperatorId,
    /// His name, as it was when he asked.
    pub operator_name: String,
    /// Why.
    pub reason: String,
    /// Number of a support case, if any.
    pub reference: String,
    /// Length that was asked for, in minutes.
    pub minutes: i16,
    /// What he may do beyond looking around.
    pub powers: VisitPowers,
    /// Where it is.
    pub state: VisitState,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Until then it may be answered and begun.
    pub lapses_at: Timestamp,
    /// Whether a rule of the tenant let him in, and nobody was asked.
    pub is_by_window: bool,
    /// Who answered, in person or by his rule.
    pub decided_by: Option<AccountId>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When its time is over.
    pub ends_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl VisitRow {
    /// Tells what the state is at an instant: the clock ends visits, the database only notes it.
    pub fn state_at(&self, now: Timestamp) -> VisitState {
        match self.state {
            VisitState::Running if self.ends_at.is_none_or(|ends| ends <= now) => VisitState::Ended(Ended::Time),
            VisitState::Asked | VisitState::Approved if self.lapses_at <= now => VisitState::Lapsed,
            state => state,
        }
    }
}

/// A running visit, as a request finds it.
#[derive(Debug, Clone)]
pub struct RunningVisit {
    /// The actor.
    pub visit: Visit,
    /// Name of the operator.
    pub operator_name: String,
    /// Why he is here.
    pub reason: String,
    /// What forms of the visit carry.
    pub csrf: CsrfToken,
    /// His own session, with which the visit ends.
    pub operator_session: TokenHash,
    /// When its time is over.
    pub ends_at: Timestamp,
}
