//! Bounds of days and hours in a zone, computed here so that SQL needs no calendar.

use bilten_kernel::Timestamp;
use jiff::{SignedDuration, Span, ToSpan as _, Zoned, tz::TimeZone};

/// Hours that a day can have at most: 24, and one more when clocks go back.
const MAX_HOURS: usize = 25;

/// Steps of a span: step `n` begins at `bounds[n]` and ends before `bounds[n + 1]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Steps {
    /// Begins of the steps, and the end of the last one.
    pub bounds: Vec<Timestamp>,
}

impl Steps {
    pub(super) fn start(&self) -> Timestamp {
        self.bounds.first().copied().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(super) fn end(&self) -> Timestamp {
        self.bounds.last().copied().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(super) fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }
}

/// Hours of the day that `now` falls in, and of the same weekday a week before.
pub(super) fn today_and_last_week(now: Timestamp, zone: &TimeZone) -> (Steps, Steps) {
    let today = midnight(&now.to_zoned(zone.clone()));
    (hours(&today), hours(&midnight(&back(&today, 7.days()))))
}

/// The `days` days that end with the one `now` falls in, and as many before them.
pub(super) fn days_and_before(now: Timestamp, zone: &TimeZone, days: i32) -> (Steps, Steps) {
    let today = midnight(&now.to_zoned(zone.clone()));
    let first = back(&today, (days - 1).days());
    let before = back(&first, days.days());
    (steps_of_days(&first, days), steps_of_days(&before, days))
}

/// Point of the earlier span that lies as far from its start as `now` from the later one's.
pub(super) fn same_point(now: Timestamp, later: &Steps, earlier: &Steps) -> Timestamp {
    let elapsed = now.duration_since(later.start());
    earlier
        .start()
        .checked_add(elapsed)
        .unwrap_or(earlier.end())
        .min(earlier.end())
}

/// Bounds of the day that `now` falls in.
pub(super) fn today(now: Timestamp, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let steps = steps_of_days(&midnight(&now.to_zoned(zone.clone())), 1);
    (steps.start(), steps.end())
}

fn hours(midnight_of_day: &Zoned) -> Steps {
    let end = midnight(&forth(midnight_of_day, 1.day())).timestamp();
    let mut bounds = Vec::with_capacity(MAX_HOURS + 1);
    let mut at = midnight_of_day.timestamp();
    while at < end && bounds.len() < MAX_HOURS {
        bounds.push(at);
        at = at.checked_add(SignedDuration::from_hours(1)).unwrap_or(end);
    }
    bounds.push(end);
    Steps { bounds }
}

fn steps_of_days(first: &Zoned, days: i32) -> Steps {
    let bounds = (0..=days).map(|n| midnight(&forth(first, n.days())).timestamp());
    Steps {
        bounds: bounds.collect(),
    }
}

/// First instant of the day; not always 00:00 where clocks change at midnight.
fn midnight(at: &Zoned) -> Zoned {
    at.start_of_day().unwrap_or_else(|_| at.clone())
}

fn back(at: &Zoned, span: Span) -> Zoned {
    at.checked_sub(span).unwrap_or_else(|_| at.clone())
}

fn forth(at: &Zoned, span: Span) -> Zoned {
    at.checked_add(span).unwrap_or_else(|_| at.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn oslo() -> TimeZone {
        TimeZone::get("Europe/Oslo").unwrap()
    }

    #[test]
    fn a_day_has_as_many_hours_as_its_zone_gives_it() {
        for (now, hours, start) in [
            ("2026-11-22T17:00:00Z", 24, "2026-11-21T23:00:00Z"),
            ("2026-10-25T12:00:00Z", 25, "2026-10-24T22:00:00Z"),
            ("2026-03-29T12:00:00Z", 23, "2026-03-28T23:00:00Z"),
        ] {
            let (today, last_week) = today_and_last_week(at(now), &oslo());
            assert_eq!((today.len(), today.start()), (hours, at(start)), "{now}");
            assert_eq!(
                last_week.end().duration_since(last_week.start()).as_hours(),
                24,
                "{now}"
            );
        }
    }

    #[test]
    fn days_follow_the_local_calendar_over_a_change_of_clocks() {
        let (days, before) = days_and_before(at("2026-10-26T12:00:00Z"), &oslo(), 3);
        assert_eq!(
            days.bounds,
            [
                at("2026-10-23T22:00:00Z"),
                at("2026-10-24T22:00:00Z"),
                at("2026-10-25T23:00:00Z"),
                at("2026-10-26T23:00:00Z")
            ]
        );
        assert_eq!(before.end(), days.start());
    }

    #[test]
    fn the_same_point_never_leaves_the_earlier_span() {
        let (today, before) = today_and_last_week(at("2026-11-22T17:00:00Z"), &oslo());
        assert_eq!(
            same_point(at("2026-11-22T17:00:00Z"), &today, &before),
            at("2026-11-15T17:00:00Z")
        );
        let (long, short) = today_and_last_week(at("2026-10-25T22:30:00Z"), &oslo());
        assert_eq!(same_point(at("2026-10-25T22:59:00Z"), &long, &short), short.end());
    }
}
