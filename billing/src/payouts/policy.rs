//! When money may go: pure functions of a policy.

use bilten_kernel::Timestamp;
use jiff::{SignedDuration, civil::Weekday, tz::TimeZone};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// When a payee's money is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Days until the provider lets money go that came.
    pub available_days: i32,
    /// Working days after the event's end.
    pub business_days: u32,
    /// Share that stays longer, in hundredths of a per cent.
    pub reserve_bp: i32,
    /// Days after the event's end that it stays.
    pub reserve_days: i32,
    /// Days after which money must be gone, whatever else holds: providers keep nothing for longer than 90.
    pub deadline_days: i32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            available_days: 2,
            business_days: 5,
            reserve_bp: 1_000,
            reserve_days: 30,
            deadline_days: 83,
        }
    }
}

/// When what of a lot may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// The provider may send it.
    pub available: Timestamp,
    /// The policy lets it go.
    pub releasable: Timestamp,
    /// The reserve too.
    pub reserve: Timestamp,
    /// It must be gone.
    pub deadline: Timestamp,
}

impl Policy {
    /// Dates of money that came at one instant, for an event that ends at another.
    pub fn dates(&self, captured: Timestamp, event_end: Timestamp) -> Dates {
        Dates {
            available: captured + DAY * self.available_days,
            releasable: after_business_days(event_end, self.business_days),
            reserve: event_end + DAY * self.reserve_days,
            deadline: captured + DAY * self.deadline_days,
        }
    }
}

/// The same time of the day, so many working days later (Monday to Friday, by UTC).
fn after_business_days(from: Timestamp, days: u32) -> Timestamp {
    let mut at = from;
    let mut left = days;
    while left > 0 {
        at += DAY;
        if !matches!(
            at.to_zoned(TimeZone::UTC).weekday(),
            Weekday::Saturday | Weekday::Sunday
        ) {
            left -= 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn working_days_leave_out_the_week_end() {
        for (end, days, free) in [
            ("2031-05-02T20:00:00Z", 5, "2031-05-09T20:00:00Z"), // a Friday
            ("2031-05-03T23:00:00Z", 1, "2031-05-05T23:00:00Z"), // a Saturday
            ("2031-05-05T23:00:00Z", 0, "2031-05-05T23:00:00Z"),
        ] {
            assert_eq!(after_business_days(at(end), days), at(free), "{end} + {days}");
        }
    }

    #[test]
    fn a_festival_sold_early_meets_its_deadline_before_its_end() {
        let dates = Policy::default().dates(at("2031-01-01T12:00:00Z"), at("2031-07-04T22:00:00Z"));
        assert_eq!(dates.deadline, at("2031-03-25T12:00:00Z"));
        assert_eq!(dates.available, at("2031-01-03T12:00:00Z"));
        assert!(dates.deadline < dates.releasable && dates.releasable < dates.reserve);
    }
}
