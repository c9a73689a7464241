//! How long a session lives. Pure.

use bilten_kernel::Timestamp;
use jiff::SignedDuration;

/// Minutes without use that a tenant may choose.
const IDLE_MINUTES: std::ops::RangeInclusive<i32> = 5..=7 * 24 * 60;
/// Hours from the log-in that a tenant may choose.
const MAX_HOURS: std::ops::RangeInclusive<i32> = 1..=30 * 24;

/// Limits of the sessions of one tenant; always within the bounds above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    idle_minutes: i32,
    max_hours: i32,
}

/// What is wrong with limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// The time without use is out of bounds.
    #[error("idle time must be between 5 minutes and 7 days")]
    Idle,
    /// The time in all is out of bounds.
    #[error("lifetime must be between 1 hour and 30 days")]
    Age,
    /// A session would be over before it could idle so long.
    #[error("idle time must not be longer than the lifetime")]
    IdleBeyondAge,
}

impl SessionLimits {
    /// What holds where the tenant says nothing: 12 hours without use, 7 days in all.
    pub const DEFAULT: Self = Self {
        idle_minutes: 12 * 60,
        max_hours: 7 * 24,
    };

    /// Checks limits that somebody chose.
    ///
    /// # Errors
    /// See [`LimitsError`].
    pub fn try_new(idle_minutes: i32, max_hours: i32) -> Result<Self, LimitsError> {
        if !IDLE_MINUTES.contains(&idle_minutes) {
            return Err(LimitsError::Idle);
        }
        if !MAX_HOURS.contains(&max_hours) {
            return Err(LimitsError::Age);
        }
        if idle_minutes > max_hours.saturating_mul(60) {
            return Err(LimitsError::IdleBeyondAge);
        }
        Ok(Self {
            idle_minutes,
            max_hours,
        })
    }

    /// Minutes without a request after which a session is over.
    pub const fn idle_minutes(self) -> i32 {
        self.idle_minutes
    }

    /// Hours after the log-in at which a session is over, used or not.
    pub const fn max_hours(self) -> i32 {
        self.max_hours
    }

    /// Returns when a session that begins now is over for good.
    pub(crate) fn end_of_life(self, now: Timestamp) -> Timestamp {
        now.checked_add(self.max_age()).unwrap_or(Timestamp::MAX)
    }

    /// Returns the last use with which a session is over now.
    pub(crate) fn last_seen_before(self, now: Timestamp) -> Timestamp {
        let idle = SignedDuration::from_mins(i64::from(self.idle_minutes));
        now.checked_sub(idle).unwrap_or(Timestamp::MIN)
    }

    /// Returns the log-in with which a session is over now.
    pub(crate) fn begun_before(self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.max_age()).unwrap_or(Timestamp::MIN)
    }

    fn max_age(self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.max_hours))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_bounds() {
        for (idle, age, expected) in [
            (720, 168, Ok(())),
            (5, 1, Ok(())),
            (10_080, 720, Ok(())),
            (4, 1, Err(LimitsError::Idle)),
            (10_081, 720, Err(LimitsError::Idle)),
            (5, 0, Err(LimitsError::Age)),
            (5, 721, Err(LimitsError::Age)),
            (61, 1, Err(LimitsError::IdleBeyondAge)),
        ] {
            assert_eq!(SessionLimits::try_new(idle, age).map(drop), expected, "{idle} {age}");
        }
    }
}
