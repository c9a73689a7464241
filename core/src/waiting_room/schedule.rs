//! How many have been let in, as a function of time alone.

use bilten_kernel::Timestamp;
use jiff::SignedDuration;

const MICROS_A_MINUTE: i128 = 60_000_000;

/// Admission of a room: `base_count` at `base_at`, and so many a minute from then on.
///
/// Every node computes the same number from the same row. A change of rate and a pause write a new base; by that less
/// than one place is lost and none is won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// Places let in up to `base_at`.
    pub base_count: u64,
    /// From when on the rate counts.
    pub base_at: Timestamp,
    /// Places let in a minute.
    pub per_minute: u32,
    /// Nobody is let in.
    pub is_paused: bool,
}

impl Schedule {
    /// Returns how many places have been let in at an instant: those below the number.
    pub fn admitted_by(&self, now: Timestamp) -> u64 {
        if self.is_paused {
            return self.base_count;
        }
        let elapsed = now.duration_since(self.base_at).as_micros().max(0);
        let more = elapsed * i128::from(self.per_minute) / MICROS_A_MINUTE;
        self.base_count.saturating_add(u64::try_from(more).unwrap_or(0))
    }

    /// Returns how long it takes until a place is let in; `None` while nobody is.
    pub fn wait_for(&self, place: u64, now: Timestamp) -> Option<SignedDuration> {
        if self.is_paused {
            return None;
        }
        let places = i128::from(place.saturating_sub(self.base_count)) + 1;
        let due = (places * MICROS_A_MINUTE).div_euclid(i128::from(self.per_minute.max(1))) + 1;
        let elapsed = now.duration_since(self.base_at).as_micros().max(0);
        let left = i64::try_from((due - elapsed).max(0)).unwrap_or(i64::MAX);
        Some(SignedDuration::from_micros(left))
    }

    /// Starts anew from what has been reached, which is never more than `end`: the number of those who came.
    #[must_use]
    pub fn rebased(self, now: Timestamp, end: u64) -> Self {
        Self {
            base_count: self.admitted_by(now).min(end),
            base_at: now,
            ..self
        }
    }

    /// Takes back what was let in beyond `end` while nobody came, but for a second's worth: otherwise a quiet hour
    /// would let a crowd in at once.
    #[must_use]
    pub fn without_credit(self, now: Timestamp, end: u64) -> Self {
        if self.is_paused || self.admitted_by(now) <= end {
            return self;
        }
        let interval = SignedDuration::from_micros(60_000_000 / i64::from(self.per_minute.max(1)) + 1);
        Self {
            base_count: end,
            base_at: now - interval.max(SignedDuration::from_secs(1)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(2_000_000_000 + seconds).unwrap()
    }

    fn schedule(per_minute: u32) -> Schedule {
        Schedule {
            base_count: 0,
            base_at: at(0),
            per_minute,
            is_paused: false,
        }
    }

    #[test]
    fn exactly_the_rate_is_let_in() {
        let schedule = schedule(90);
        for (seconds, admitted) in [(-5, 0), (0, 0), (1, 1), (2, 3), (60, 90), (3_600, 5_400)] {
            assert_eq!(schedule.admitted_by(at(seconds)), admitted, "after {seconds} s");
        }
    }

    #[test]
    fn the_promised_wait_ends_when_the_place_is_let_in() {
        for rate in [1, 7, 60, 999, 100_000] {
            let schedule = schedule(rate);
            for place in [0, 1, 5, 1_000] {
                let due = at(3) + schedule.wait_for(place, at(3)).unwrap();
                assert!(schedule.admitted_by(due) > place, "rate {rate}, place {place}");
                let early = due - SignedDuration::from_micros(2);
                assert!(
                    early < at(3) || schedule.admitted_by(early) <= place,
                    "rate {rate}, place {place}"
                );
            }
        }
    }

    #[test]
    fn a_pause_keeps_what_was_reached_and_a_change_of_rate_counts_from_then_on() {
        let paused = Schedule {
            is_paused: true,
            ..schedule(60).rebased(at(10), 1_000)
        };
        assert_eq!(paused.admitted_by(at(500)), 10);
        assert_eq!(paused.wait_for(20, at(500)), None);
        let faster = Schedule {
            is_paused: false,
            per_minute: 600,
            ..paused.rebased(at(500), 1_000)
        };
        assert_eq!(faster.admitted_by(at(501)), 20);
        assert_eq!(faster.rebased(at(501), 15).base_count, 15, "not beyond the end");
    }

    #[test]
    fn quiet_times_save_up_one_second_at_most() {
        let later = schedule(120).without_credit(at(3_600), 4);
        assert_eq!(later.admitted_by(at(3_600)), 6);
        assert_eq!(later.admitted_by(at(3_601)), 8);
        let slow = schedule(2).without_credit(at(3_600), 4);
        assert_eq!(
            slow.admitted_by(at(3_600)),
            5,
            "whoever comes to an empty room enters at once"
        );
        let busy = schedule(120);
        assert_eq!(busy.without_credit(at(60), 500), busy, "a full room changes nothing");
    }
}
