//! Which days `week`, `weekend`, `month` and a month such as `2027-02` mean, in the tenant's zone.

use bilten_kernel::{Timestamp, ZoneName};
use jiff::{
    Span, Zoned,
    civil::{Date, Weekday},
};

/// Choice of the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The next seven days.
    Week,
    /// Saturday and Sunday, this week's while they last.
    Weekend,
    /// Until the end of the month.
    Month,
    /// All of the month that begins on this day.
    Calendar(Date),
}

impl When {
    /// Reads the value of the field.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "week" => Some(Self::Week),
            "weekend" => Some(Self::Weekend),
            "month" => Some(Self::Month),
            month => Self::parse_month(month),
        }
    }

    fn parse_month(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-').filter(|_| text.len() == 7)?;
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        (first.year() >= 2000).then_some(Self::Calendar(first))
    }

    /// The month that an instant falls in.
    pub fn month_of(at: Timestamp, zone: &ZoneName) -> Self {
        Self::Calendar(at.to_zoned(zone.zone()).date().first_of_month())
    }

    /// Value of the field.
    pub fn name(self) -> String {
        match self {
            Self::Week => "week".to_owned(),
            Self::Weekend => "weekend".to_owned(),
            Self::Month => "month".to_owned(),
            Self::Calendar(first) => first.strftime("%Y-%m").to_string(),
        }
    }
}

/// Returns from when (inclusive) to when (exclusive); `None` without a choice.
pub fn range(when: Option<When>, now: Timestamp, zone: &ZoneName) -> Option<(Timestamp, Timestamp)> {
    let local = now.to_zoned(zone.zone());
    let today = local.start_of_day().ok()?;
    let (from, before) = match when? {
        When::Week => (local, add_days(&today, 7)?),
        When::Weekend => weekend(&local, &today)?,
        When::Month => (
            local.clone(),
            add_days(&local.last_of_month().ok()?.start_of_day().ok()?, 1)?,
        ),
        When::Calendar(first) => {
            let start = first.to_zoned(zone.zone()).ok()?;
            let end = add_days(&start.last_of_month().ok()?, 1)?;
            (start, end)
        }
    };
    Some((from.timestamp(), before.timestamp()))
}

fn weekend(local: &Zoned, today: &Zoned) -> Option<(Zoned, Zoned)> {
    match local.weekday() {
        Weekday::Saturday => Some((local.clone(), add_days(today, 2)?)),
        Weekday::Sunday => Some((local.clone(), add_days(today, 1)?)),
        weekday => {
            let days = i64::from(weekday.until(Weekday::Saturday));
            Some((add_days(today, days)?, add_days(today, days + 2)?))
        }
    }
}

fn add_days(day: &Zoned, days: i64) -> Option<Zoned> {
    day.checked_add(Span::new().days(days)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_the_calendar_of_the_zone() {
        let zone: ZoneName = "Europe/Oslo".parse().unwrap();
        // 2026-11-22 is a Sunday in Oslo, and 23:30 UTC is Monday there.
        for (now, when, from, before) in [
            (
                "2026-11-20T12:00:00Z",
                When::Weekend,
                "2026-11-20T23:00:00Z",
                "2026-11-22T23:00:00Z",
            ),
            (
                "2026-11-22T12:00:00Z",
                When::Weekend,
                "2026-11-22T12:00:00Z",
                "2026-11-22T23:00:00Z",
            ),
            (
                "2026-11-22T23:30:00Z",
                When::Weekend,
                "2026-11-27T23:00:00Z",
                "2026-11-29T23:00:00Z",
            ),
            (
                "2026-11-22T12:00:00Z",
                When::Week,
                "2026-11-22T12:00:00Z",
                "2026-11-28T23:00:00Z",
            ),
            (
                "2026-11-22T12:00:00Z",
                When::Month,
                "2026-11-22T12:00:00Z",
                "2026-11-30T23:00:00Z",
            ),
            (
                "2026-11-22T12:00:00Z",
                When::parse("2027-02").unwrap(),
                "2027-01-31T23:00:00Z",
                "2027-02-28T23:00:00Z",
            ),
            // Summer time ends on 25 October 2026: the last day of the month is in winter time.
            (
                "2026-10-20T12:00:00Z",
                When::Month,
                "2026-10-20T12:00:00Z",
                "2026-10-31T23:00:00Z",
            ),
        ] {
            let found = range(Some(when), now.parse().unwrap(), &zone).unwrap();
            assert_eq!(
                found,
                (from.parse().unwrap(), before.parse().unwrap()),
                "{now} {when:?}"
            );
        }
        assert_eq!(When::parse("2027-02").map(When::name).as_deref(), Some("2027-02"));
        for odd in [
            "",
            "2027",
            "2027-13",
            "2027-2",
            "27-02",
            "0001-01",
            "2027-02-01",
            "next",
        ] {
            assert_eq!(When::parse(odd), None, "{odd}");
        }
        assert_eq!(range(None, "2026-10-20T12:00:00Z".parse().unwrap(), &zone), None);
    }
}
