//! Watches the share of tries that banks refuse, of an event or a payee. Pure.
//!
//! ```text
//! quiet ──3 × the usual share──▶ alert ──6 ×──▶ open
//!   ▲                              │              │
//!   └────────its time is over──────┴──────────────┘
//! ```
//! Somebody who tests stolen cards is refused far more often than buyers are, and from so many networks, browsers and
//! addresses that no rule about one of them bites. At three times the usual share staff are told; at six, everybody who
//! pays is set work first. A state lasts for a while after the last sample that called for it and then ends by itself: it
//! never needs somebody to close it, and never a sample that might not come.

use bilten_kernel::Timestamp;
use jiff::SignedDuration;

/// How long a state lasts after the last sample that called for it.
pub const LASTS: SignedDuration = SignedDuration::from_mins(10);
/// Time that a sample is taken over.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Refused tries without which no share says anything.
const FEWEST_DECLINES: u64 = 10;
/// Tries without which no share says anything.
const FEWEST_TRIES: u64 = 20;
/// Tries before the sample without which we do not know what is usual.
const FEWEST_USUAL: u64 = 100;
/// Share that is usual as long as we do not know, and the lowest and highest that we believe, in hundredths of a per cent.
/// An attack that goes on for a day does not become usual.
const USUAL_BP: u64 = 800;
const LOWEST_BP: u64 = 300;
const HIGHEST_BP: u64 = 1_200;
const ALERT_TIMES: u64 = 3;
const OPEN_TIMES: u64 = 6;
const WHOLE_BP: u64 = 10_000;

/// Tries that have ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All.
    pub tries: u64,
    /// Those that were refused.
    pub declines: u64,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// As usual.
    Quiet,
    /// Staff are told.
    Alert,
    /// Everybody who pays works or waits first.
    Open,
}

/// A breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    level: Level,
    until: Timestamp,
}

impl Breaker {
    /// A breaker that has seen nothing.
    pub const QUIET: Self = Self {
        level: Level::Quiet,
        until: Timestamp::UNIX_EPOCH,
    };

    /// Takes up a state that was kept.
    pub const fn new(level: Level, until: Timestamp) -> Self {
        Self { level, until }
    }

    /// The level at an instant.
    pub fn level(self, now: Timestamp) -> Level {
        if self.until > now { self.level } else { Level::Quiet }
    }

    /// When the level ends by itself.
    pub const fn until(self) -> Timestamp {
        self.until
    }

    /// Takes a sample in. An open breaker stays open as long as samples call for an alert: the work that it sets keeps
    /// those away who made it open, and it should not swing.
    #[must_use]
    pub fn next(self, sample: Tally, usual_bp: u64, now: Timestamp) -> Self {
        let called_for = called_for(sample, usual_bp);
        let level = match (self.level(now), called_for) {
            (Level::Open, Level::Alert) => Level::Open,
            (current, Level::Quiet) => return Self { level: current, ..self },
            (_, level) => level,
        };
        Self {
            level,
            until: now + LASTS,
        }
    }
}

fn called_for(sample: Tally, usual_bp: u64) -> Level {
    if sample.declines < FEWEST_DECLINES || sample.tries < FEWEST_TRIES {
        return Level::Quiet;
    }
    let share = sample.share_bp();
    if share >= usual_bp * OPEN_TIMES {
        Level::Open
    } else if share >= usual_bp * ALERT_TIMES {
        Level::Alert
    } else {
        Level::Quiet
    }
}

impl Tally {
    /// Share that was refused, in hundredths of a per cent; nothing tried is nothing refused.
    pub fn share_bp(self) -> u64 {
        (self.declines * WHOLE_BP).checked_div(self.tries).unwrap_or(0)
    }
}

/// What is usual, from tries before the sample, in hundredths of a per cent.
pub fn usual_bp(before: Tally) -> u64 {
    if before.tries < FEWEST_USUAL {
        return USUAL_BP;
    }
    before.share_bp().clamp(LOWEST_BP, HIGHEST_BP)
}

impl Level {
    const ALL: [Self; 3] = [Self::Quiet, Self::Alert, Self::Open];

    /// Name in the database and in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Alert => "alert",
            Self::Open => "open",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_900_000_000 + minute * 60).unwrap()
    }

    const fn tally(declines: u64, tries: u64) -> Tally {
        Tally { tries, declines }
    }

    #[test]
    fn a_breaker_alerts_at_three_times_the_usual_share_and_opens_at_six() {
        for (sample, level) in [
            (tally(0, 0), Level::Quiet),
            // Two of three is no sample.
            (tally(2, 3), Level::Quiet),
            (tally(9, 20), Level::Quiet),
            (tally(19, 19), Level::Quiet),
            // The usual share is 8 %: 24 % alert, 48 % open.
            (tally(23, 100), Level::Quiet),
            (tally(24, 100), Level::Alert),
            (tally(47, 100), Level::Alert),
            (tally(48, 100), Level::Open),
            (tally(20, 20), Level::Open),
        ] {
            let next = Breaker::QUIET.next(sample, USUAL_BP, at(0));
            assert_eq!(next.level(at(0)), level, "{sample:?}");
        }
    }

    #[test]
    fn a_breaker_closes_by_itself_and_does_not_swing() {
        let open = Breaker::QUIET.next(tally(60, 100), USUAL_BP, at(0));
        assert_eq!((open.level(at(9)), open.level(at(10))), (Level::Open, Level::Quiet));
        // A better sample that is still no good keeps it open, a good one lets its time run out.
        let kept = open.next(tally(30, 100), USUAL_BP, at(5));
        assert_eq!((kept.level(at(14)), kept.level(at(15))), (Level::Open, Level::Quiet));
        let good = kept.next(tally(5, 100), USUAL_BP, at(6));
        assert_eq!((good.level(at(14)), good.until()), (Level::Open, at(15)));
        // After its time an alert is an alert again, not an opening.
        let later = kept.next(tally(30, 100), USUAL_BP, at(20));
        assert_eq!(later.level(at(20)), Level::Alert);
        assert_eq!(later.next(tally(50, 100), USUAL_BP, at(21)).level(at(21)), Level::Open);
    }

    #[test]
    fn what_is_usual_is_learned_within_bounds() {
        for (before, usual) in [
            (tally(0, 0), USUAL_BP),
            (tally(50, 99), USUAL_BP),
            (tally(7, 100), 700),
            (tally(0, 5_000), LOWEST_BP),
            (tally(4_000, 5_000), HIGHEST_BP),
        ] {
            assert_eq!(usual_bp(before), usual, "{before:?}");
        }
        assert!(
            Level::ALL
                .into_iter()
                .all(|level| Level::from_name(level.name()) == Some(level))
        );
    }

    proptest! {
        #[test]
        fn whatever_comes_a_breaker_is_quiet_a_while_after_the_last_sample(
            samples in prop::collection::vec((0_u64..200, 0_u64..200, 0_i64..30), 0..20), usual in 0_u64..10_000,
        ) {
            let mut breaker = Breaker::QUIET;
            let mut minute = 0;
            for (declines, others, wait) in samples {
                minute += wait;
                let before = breaker.level(at(minute));
                breaker = breaker.next(tally(declines, declines + others), usual_bp(tally(usual, 10_000)), at(minute));
                prop_assert!(breaker.level(at(minute)) >= before, "a sample alone closes nothing");
            }
            prop_assert_eq!(breaker.level(at(minute) + LASTS), Level::Quiet);
        }
    }
}
