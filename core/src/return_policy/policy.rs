//! A policy and what it says at a moment.

use bilten_kernel::{EventId, Money, MoneyError, ReturnPolicyId, Timestamp};
use jiff::SignedDuration;

/// Steps that a policy may have.
pub const MAX_STEPS: usize = 10;
/// Hours before the event that a step may end at the earliest: two years.
const MAX_HOURS: u32 = 17_520;
/// Days of withdrawal at most.
const MAX_DAYS: u32 = 60;
/// A whole, in hundredths of a per cent.
const WHOLE_BP: u32 = 10_000;

/// What is kept until a moment before the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Holds until so many hours before the event begins.
    pub hours_before: u32,
    /// Share of the price that is kept, in hundredths of a per cent.
    pub keep_bp: u32,
    /// What is kept of each ticket beside it, in minor units of the event's currency.
    pub keep_minor: i64,
}

/// What it costs to give tickets of an event back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPolicy {
    /// Identity.
    pub id: ReturnPolicyId,
    /// Its event.
    pub event: EventId,
    /// Whether buyers may do it themselves.
    pub is_self_service: bool,
    /// Days after the purchase in which everything comes back.
    pub withdrawal_days: u32,
    /// From many hours before the event to few.
    pub steps: Vec<Step>,
}

/// What holds at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terms {
    /// Everything comes back, until the given moment: the days of withdrawal.
    Withdrawal {
        /// When they end.
        until: Timestamp,
    },
    /// So much is kept, until the given moment.
    Keep {
        /// Step that holds.
        step: Step,
        /// When it ends.
        until: Timestamp,
    },
    /// Nothing comes back any more.
    Over,
}

/// Says what is wrong with a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// More steps than a policy may have.
    #[error("a policy may have 10 steps at most")]
    TooMany,
    /// A number of a step is out of its range.
    #[error("step {index} is out of range")]
    OutOfRange {
        /// Place of the step, from 0.
        index: usize,
    },
    /// A step does not end nearer to the event than the one before it, or keeps less.
    #[error("step {index} must end nearer to the event than the one before it, and not keep less")]
    Order {
        /// Place of the step, from 0.
        index: usize,
    },
    /// The days of withdrawal are out of their range.
    #[error("there may be 0 to 60 days of withdrawal")]
    Days,
}

/// Checks what a policy shall say.
///
/// # Errors
/// See [`PolicyError`].
pub(super) fn check(steps: &[Step], withdrawal_days: u32) -> Result<(), PolicyError> {
    if steps.len() > MAX_STEPS {
        return Err(PolicyError::TooMany);
    }
    if withdrawal_days > MAX_DAYS {
        return Err(PolicyError::Days);
    }
    for (index, step) in steps.iter().enumerate() {
        let is_sane = step.hours_before <= MAX_HOURS
            && step.keep_bp <= WHOLE_BP
            && (0..=crate::catalog::MAX_PRICE_MINOR).contains(&step.keep_minor);
        if !is_sane {
            return Err(PolicyError::OutOfRange { index });
        }
        let before = index.checked_sub(1).and_then(|before| steps.get(before));
        let follows = before.is_none_or(|before| {
            before.hours_before > step.hours_before
                && before.keep_bp <= step.keep_bp
                && before.keep_minor <= step.keep_minor
        });
        if !follows {
            return Err(PolicyError::Order { index });
        }
    }
    Ok(())
}

impl ReturnPolicy {
    /// Tells what holds for tickets that were bought at one moment, at another.
    pub fn terms(&self, bought_at: Timestamp, starts_at: Timestamp, now: Timestamp) -> Terms {
        let withdrawal = SignedDuration::from_hours(i64::from(self.withdrawal_days) * 24);
        let until = bought_at + withdrawal;
        if now < until && now < starts_at {
            return Terms::Withdrawal {
                until: until.min(starts_at),
            };
        }
        self.steps
            .iter()
            .map(|step| {
                let until = starts_at - SignedDuration::from_hours(i64::from(step.hours_before));
                Terms::Keep { step: *step, until }
            })
            .find(|terms| matches!(terms, Terms::Keep { until, .. } if now < *until))
            .unwrap_or(Terms::Over)
    }
}

impl Step {
    /// Tells what is kept of a ticket that cost so much: never more than it cost. Halves are rounded up.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn kept_of(&self, price: Money) -> Result<Money, MoneyError> {
        let share = i128::from(price.minor) * i128::from(self.keep_bp);
        let whole = i128::from(WHOLE_BP);
        let kept = (2 * share + whole) / (2 * whole) + i128::from(self.keep_minor);
        let kept = i64::try_from(kept).map_err(|_| MoneyError::Overflow)?;
        Ok(Money::new(kept.clamp(0, price.minor.max(0)), price.currency))
    }
}

impl Terms {
    /// Tells what is kept of a ticket that cost so much, unless nothing comes back at all.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn kept_of(&self, price: Money) -> Result<Option<Money>, MoneyError> {
        match self {
            Self::Withdrawal { .. } => Ok(Some(Money::zero(price.currency))),
            Self::Keep { step, .. } => step.kept_of(price).map(Some),
            Self::Over => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn step(hours_before: u32, keep_bp: u32, keep_minor: i64) -> Step {
        Step {
            hours_before,
            keep_bp,
            keep_minor,
        }
    }

    fn policy(withdrawal_days: u32) -> ReturnPolicy {
        ReturnPolicy {
            id: ReturnPolicyId::from_uuid(uuid::Uuid::nil()),
            event: EventId::from_uuid(uuid::Uuid::nil()),
            is_self_service: true,
            withdrawal_days,
            steps: vec![step(720, 0, 0), step(168, 2_500, 500), step(24, 5_000, 500)],
        }
    }

    #[test]
    fn the_ladder_goes_down_as_the_event_comes_near() {
        let (bought, starts) = (at("2027-01-01T10:00:00Z"), at("2027-06-01T19:00:00Z"));
        let kept = |now: &str| {
            policy(0)
                .terms(bought, starts, at(now))
                .kept_of(Money::new(10_001, "NOK".parse().unwrap()))
                .unwrap()
        };
        assert_eq!(kept("2027-04-30T00:00:00Z").unwrap().minor, 0);
        assert_eq!(kept("2027-05-02T18:59:59Z").unwrap().minor, 0);
        assert_eq!(
            kept("2027-05-02T19:00:00Z").unwrap().minor,
            3_000,
            "a quarter and five crowns, halves up"
        );
        assert_eq!(kept("2027-05-31T18:59:59Z").unwrap().minor, 5_501);
        assert_eq!(kept("2027-05-31T19:00:00Z"), None);
    }

    #[test]
    fn days_of_withdrawal_come_first_and_end_with_the_beginning() {
        let starts = at("2027-06-01T19:00:00Z");
        let now = at("2027-05-31T20:00:00Z");
        let until = at("2027-06-01T19:00:00Z");
        assert_eq!(
            policy(14).terms(at("2027-05-30T20:00:00Z"), starts, now),
            Terms::Withdrawal { until }
        );
        assert_eq!(policy(14).terms(at("2027-05-01T20:00:00Z"), starts, now), Terms::Over);
        assert_eq!(
            policy(14).terms(at("2027-05-30T20:00:00Z"), starts, starts),
            Terms::Over
        );
    }

    #[test]
    fn senseless_ladders_are_refused() {
        assert_eq!(check(&policy(0).steps, 60), Ok(()));
        assert_eq!(check(&[], 0), Ok(()));
        assert_eq!(check(&[], 61), Err(PolicyError::Days));
        assert_eq!(check(&[step(24, 0, 0); 11], 0), Err(PolicyError::TooMany));
        assert_eq!(
            check(&[step(24, 0, 0), step(24, 0, 0)], 0),
            Err(PolicyError::Order { index: 1 })
        );
        assert_eq!(
            check(&[step(24, 100, 0), step(12, 0, 0)], 0),
            Err(PolicyError::Order { index: 1 })
        );
        for bad in [step(24, 10_001, 0), step(24, 0, -1), step(17_521, 0, 0)] {
            assert_eq!(check(&[bad], 0), Err(PolicyError::OutOfRange { index: 0 }));
        }
    }

    proptest! {
        #[test]
        fn nobody_pays_for_giving_back(price in 0_i64..=100_000_000, bp in 0_u32..=10_000, fixed in 0_i64..=100_000_000) {
            let kept = step(0, bp, fixed).kept_of(Money::new(price, "EUR".parse().unwrap())).unwrap();
            prop_assert!((0..=price).contains(&kept.minor));
        }
    }
}
