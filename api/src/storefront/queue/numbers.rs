//! A visitor's own numbers, ready to be shown, and when he shall look again.

use bilten_branding::{
    i18n::{Arg, Speaker},
    texts,
    views::storefront::{QueueNumbers, QueueState},
};
use bilten_core::waiting_room::{OpenRoom, Standing};
use bilten_kernel::Timestamp;

use super::visitor::Visitor;

/// Looks that one room causes in a second at most, however many wait.
const LOOKS_PER_SECOND: u64 = 4_000;
const SLOWEST_S: u64 = 60;
const FASTEST_S: u64 = 3;
const DAY_S: u64 = 86_400;

/// Numbers of a visitor, and the same for programs.
#[derive(Debug)]
pub(super) struct Own {
    /// As they are shown.
    pub shown: QueueNumbers,
    /// Seconds until the opening.
    pub opens_in_s: u64,
    /// Seconds for which his pass is valid.
    pub left_s: u64,
    /// How far he has come, in per cent.
    pub progress: u64,
    /// Seconds until he shall look again.
    pub poll_s: u64,
}

/// Computes the numbers of a visitor who is shown this state.
pub(super) fn of(visitor: &Visitor, open: &OpenRoom, state: QueueState, speaker: &Speaker, now: Timestamp) -> Own {
    let opens_in_s = open.room.opens_at.map_or(0, |opening| seconds_until(opening, now));
    let seat = visitor.place.map(|place| place.seat);
    let (mut ahead, mut wait, mut progress, mut wait_s) = (0, None, 100, None);
    if let Some(Standing::Waiting {
        ahead: others,
        place,
        wait: left,
    }) = visitor.standing
    {
        ahead = others;
        progress = (place.saturating_sub(others) * 100).checked_div(place).unwrap_or(0);
        wait = left;
        wait_s = left.and_then(|left| u64::try_from(left.as_secs()).ok());
    }
    let poll_s = poll_s(state, open.room.next_seat, (opens_in_s, wait_s), seat.unwrap_or(0));
    let left_s = visitor.pass.map_or(0, |pass| seconds_until(pass.ends_at, now));
    let left = i64::try_from(left_s.div_ceil(60)).unwrap_or(i64::MAX);
    let shown = QueueNumbers {
        seat: seat.unwrap_or(0).to_string(),
        ahead: speaker.number(i64::try_from(ahead).unwrap_or(i64::MAX)),
        wait: wait.map_or_else(
            || say(speaker, texts::QUEUE_WAIT_UNKNOWN, None),
            |left| wait_text(speaker, left.as_secs()),
        ),
        progress: progress.to_string(),
        opens_in: opens_text(speaker, opens_in_s),
        opens_in_s: opens_in_s.to_string(),
        left: say(speaker, texts::QUEUE_PASS_LEFT, Some(left)),
        poll_s: poll_s.to_string(),
    };
    Own {
        shown,
        opens_in_s,
        left_s,
        progress,
        poll_s,
    }
}

fn seconds_until(at: Timestamp, now: Timestamp) -> u64 {
    let millis = at.duration_since(now).as_millis().max(0);
    u64::try_from(millis).unwrap_or(0).div_ceil(1_000)
}

/// The more wait, the less often each looks; who is nearly there looks more often than who is far away. At the opening
/// all want to look at once, so that they are spread by their seats.
fn poll_s(state: QueueState, people: u64, (opens_in_s, wait_s): (u64, Option<u64>), seat: u64) -> u64 {
    let share = people.div_ceil(LOOKS_PER_SECOND).max(FASTEST_S);
    let far = match state {
        QueueState::JoinBefore | QueueState::Before if opens_in_s > SLOWEST_S + share => SLOWEST_S,
        QueueState::JoinBefore | QueueState::Before => return opens_in_s + 1 + seat % share,
        QueueState::Drawing => return FASTEST_S + seat % share,
        QueueState::Waiting => wait_s.map_or(SLOWEST_S, |wait| (wait / 10).min(wait + 1)),
        QueueState::Paused => 20,
        QueueState::Join | QueueState::Turn | QueueState::Pass | QueueState::SoldOut | QueueState::Over => SLOWEST_S,
    };
    far.max(share).min(SLOWEST_S.max(share))
}

/// Rounded up: better an early turn than a broken promise.
fn wait_text(speaker: &Speaker, seconds: i64) -> String {
    match seconds {
        ..60 => say(speaker, texts::QUEUE_WAIT_SHORT, None),
        60..7_200 => say(
            speaker,
            texts::QUEUE_WAIT_MINUTES,
            Some(seconds.saturating_add(59) / 60),
        ),
        _ => say(
            speaker,
            texts::QUEUE_WAIT_HOURS,
            Some(seconds.saturating_add(3_599) / 3_600),
        ),
    }
}

fn opens_text(speaker: &Speaker, seconds: u64) -> String {
    if seconds >= DAY_S {
        let days = i64::try_from(seconds / DAY_S).unwrap_or(i64::MAX);
        return say(speaker, texts::QUEUE_OPENS_DAYS, Some(days));
    }
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

fn say(speaker: &Speaker, key: &str, count: Option<i64>) -> String {
    speaker.say_with(key, count.map(|count| ("count", Arg::Number(count))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_never_asks_more_often_than_a_node_likes() {
        for people in [0, 10, 50_000, 1_000_000] {
            for state in QueueState::ALL
                .into_iter()
                .filter(|state| *state != QueueState::Drawing)
            {
                for wait in [None, Some(0), Some(30), Some(3_600)] {
                    let seconds = poll_s(state, people, (4_000, wait), 7);
                    assert!(
                        people <= seconds * LOOKS_PER_SECOND,
                        "{people} people in {state:?}: {seconds} s"
                    );
                    assert!(seconds >= FASTEST_S);
                }
            }
        }
    }

    #[test]
    fn looks_at_the_opening_are_spread_over_the_crowd() {
        let after: Vec<u64> = (0..50_000)
            .map(|seat| poll_s(QueueState::Before, 50_000, (5, None), seat))
            .collect();
        let at_once = after.iter().filter(|seconds| **seconds == 6).count();
        assert!(at_once <= 4_000, "{at_once} look in the same second");
        let drawing = (0..50_000).filter(|seat| poll_s(QueueState::Drawing, 50_000, (0, None), *seat) == 3);
        assert!(drawing.count() <= 4_000);
        assert!(after.iter().all(|seconds| (6..=20).contains(seconds)));
    }

    #[test]
    fn waits_are_told_in_words_that_keep_their_promise() {
        let speakers = bilten_branding::i18n::Speakers::load();
        let english = speakers.get(bilten_kernel::Locale::En);
        for (seconds, words) in [
            (0, "less than a minute"),
            (61, "about 2 minutes"),
            (60, "about 1 minute"),
            (7_199, "about 120 minutes"),
            (7_201, "about 3 hours"),
        ] {
            assert_eq!(wait_text(&english, seconds), words);
        }
        assert_eq!(opens_text(&english, 59), "0:59");
        assert_eq!(opens_text(&english, 3_661), "1:01:01");
        assert_eq!(opens_text(&english, 86_400 * 3), "3 days");
    }
}
