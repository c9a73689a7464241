//! What a session is and how long it lives.

use bilten_kernel::{AccountId, Timestamp};
use jiff::SignedDuration;

use super::Client;
use crate::{CsrfToken, TokenHash, factors::FactorPolicy};

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
    /// When its owner last proved who he is: at the log-in, or since.
    pub proved_at: Timestamp,
    /// Its owner has a second factor; every session that lives has shown one then.
    pub has_factor: bool,
    /// When the account was made.
    pub hired_at: Timestamp,
    /// What the tenant asks of second factors.
    pub policy: FactorPolicy,
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
    /// Where it was begun.
    pub client: Client,
}

/// Returns the last use before which it is noted anew.
pub(super) fn note_limit(now: Timestamp) -> Timestamp {
    now.checked_sub(NOTED_EVERY).unwrap_or(Timestamp::MIN)
}
