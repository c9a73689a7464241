//! What a session is and how long it lives.

use bilten_kernel::{AccountId, Timestamp};
use jiff::SignedDuration;

use crate::{CsrfToken, TokenHash};

/// A session without a request for this long is over.
pub const MAX_IDLE: SignedDuration = SignedDuration::from_hours(12);
/// No session lives longer, used or not.
pub const MAX_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Use is noted at most this often, so that reading pages does not write.
pub(super) const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A living session, as a request finds it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose it is.
    pub account: AccountId,
    /// Name of the person, for the page's head.
    pub name: String,
    /// Mail address of the account.
    pub email: String,
    /// What forms of this session carry.
    pub csrf: CsrfToken,
    /// End whatever happens.
    pub expires_at: Timestamp,
}

/// A session in the list of its owner.
#[derive(Debug, Clone)]
pub struct SessionInfo {
    /// Names the session; opens nothing.
    pub id: TokenHash,
    /// Log-in.
    pub created_at: Timestamp,
    /// Last use, within a minute.
    pub last_seen_at: Timestamp,
}

/// Returns when a session that begins now is over for good.
pub(super) fn end_of_life(now: Timestamp) -> Timestamp {
    now.checked_add(MAX_AGE).unwrap_or(Timestamp::MAX)
}

/// Returns the last use before which a session is dead now.
pub(super) fn idle_limit(now: Timestamp) -> Timestamp {
    now.checked_sub(MAX_IDLE).unwrap_or(Timestamp::MIN)
}

/// Returns the last use before which it is noted anew.
pub(super) fn note_limit(now: Timestamp) -> Timestamp {
    now.checked_sub(NOTED_EVERY).unwrap_or(Timestamp::MIN)
}
