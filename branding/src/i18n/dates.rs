//! Dates and times in the event's zone, worded for the reader.

use bilten_kernel::Locale;
use icu_datetime::{DateTimeFormatter, fieldsets};
use jiff::{civil, tz::TimeZone};
use jiff_icu::ConvertFrom as _;

use super::DateStyle;
use crate::views::Moment;

/// Formatters of one language.
pub(super) struct Dates {
    full: DateTimeFormatter<fieldsets::YMDE>,
    medium: DateTimeFormatter<fieldsets::YMDE>,
    short: DateTimeFormatter<fieldsets::MD>,
    month: DateTimeFormatter<fieldsets::M>,
    month_year: DateTimeFormatter<fieldsets::YM>,
    weekday: DateTimeFormatter<fieldsets::E>,
    date_time: DateTimeFormatter<fieldsets::YMDET>,
}

/// The ICU locale of a language; English as it is written in Europe.
pub(super) fn icu_locale(locale: Locale) -> icu_locale::Locale {
    match locale {
        Locale::En => icu_locale::locale!("en-GB"),
        Locale::Nb => icu_locale::locale!("nb"),
    }
}

impl Dates {
    pub(super) fn new(locale: Locale) -> Self {
        let locale = || icu_locale(locale).into();
        let data = "the data of our languages is compiled in";
        Self {
            full: DateTimeFormatter::try_new(locale(), fieldsets::YMDE::long()).expect(data),
            medium: DateTimeFormatter::try_new(locale(), fieldsets::YMDE::medium()).expect(data),
            short: DateTimeFormatter::try_new(locale(), fieldsets::MD::medium()).expect(data),
            month: DateTimeFormatter::try_new(locale(), fieldsets::M::medium()).expect(data),
            month_year: DateTimeFormatter::try_new(locale(), fieldsets::YM::long()).expect(data),
            weekday: DateTimeFormatter::try_new(locale(), fieldsets::E::medium()).expect(data),
            date_time: DateTimeFormatter::try_new(locale(), fieldsets::YMDE::medium().with_time_hm()).expect(data),
        }
    }

    pub(super) fn format(&self, moment: &Moment, style: DateStyle) -> String {
        let zone = TimeZone::get(&moment.zone).unwrap_or(TimeZone::UTC);
        let local = moment.at.to_zoned(zone).datetime();
        let input = icu_datetime::input::DateTime::convert_from(local);
        match style {
            DateStyle::Full => self.full.format(&input).to_string(),
            DateStyle::Medium => self.medium.format(&input).to_string(),
            DateStyle::Short => self.short.format(&input).to_string(),
            DateStyle::Time => time(local),
            DateStyle::DateTime => self.date_time.format(&input).to_string(),
            DateStyle::Day => local.day().to_string(),
            DateStyle::Month => self.month.format(&input).to_string(),
            DateStyle::MonthYear => self.month_year.format(&input).to_string(),
            DateStyle::Weekday => self.weekday.format(&input).to_string(),
            DateStyle::Iso => moment.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// Both languages write the time of day alike.
fn time(local: civil::DateTime) -> String {
    format!("{:02}:{:02}", local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_event() {
        let moment = Moment::new("2027-02-12T17:00:00Z".parse().unwrap(), "Europe/Oslo");
        for (locale, style, expected) in [
            (Locale::En, DateStyle::Full, "Friday, 12 February 2027"),
            (Locale::En, DateStyle::Medium, "Fri, 12 Feb 2027"),
            (Locale::En, DateStyle::DateTime, "Fri, 12 Feb 2027, 18:00"),
            (Locale::En, DateStyle::Time, "18:00"),
            (Locale::En, DateStyle::MonthYear, "February 2027"),
            (Locale::Nb, DateStyle::MonthYear, "februar 2027"),
            (Locale::Nb, DateStyle::Full, "fredag 12. februar 2027"),
            (Locale::Nb, DateStyle::Short, "12. feb."),
            (Locale::Nb, DateStyle::Iso, "2027-02-12T17:00:00Z"),
        ] {
            assert_eq!(Dates::new(locale).format(&moment, style), expected);
        }
    }
}
