//! Words, money and dates for one language, built once and shared.
//!
//! Words come from Fluent catalogues (`web/locales/<tag>/*.ftl`), money and dates from ICU. A missing
//! key falls back to English and then to the key itself; tests make sure that this never happens.

mod countries;
mod dates;
mod messages;
mod money;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use bilten_kernel::{Locale, Money};

pub use countries::countries;
pub use messages::Arg;

use self::{dates::Dates, messages::Messages, money::MoneyFormat};
use crate::views::{Moment, Percent, Text, TextArg};

/// How a point in time is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateStyle {
    /// Friday, 12 February 2027
    Full,
    /// Fri, 12 Feb 2027
    Medium,
    /// 12 Feb
    Short,
    /// 18:00
    Time,
    /// Fri, 12 Feb 2027, 18:00
    DateTime,
    /// Day of the month alone.
    Day,
    /// Feb
    Month,
    /// February 2027
    MonthYear,
    /// Fri
    Weekday,
    /// 2027-02-12T17:00:00Z, for machines.
    Iso,
}

/// Everything one language needs.
pub struct Speaker {
    locale: Locale,
    messages: Messages,
}

/// ICU's formatters of one language. They are not shareable between threads, and making ICU share them would
/// rebuild half of all dependencies; so each thread keeps its own.
struct Formats {
    money: MoneyFormat,
    dates: Dates,
}

thread_local! {
    static FORMATS: RefCell<BTreeMap<&'static str, Rc<Formats>>> = const { RefCell::new(BTreeMap::new()) };
}

fn formats(locale: Locale) -> Rc<Formats> {
    FORMATS.with_borrow_mut(|all| {
        let made = all.entry(locale.tag()).or_insert_with(|| {
            Rc::new(Formats {
                money: MoneyFormat::new(locale),
                dates: Dates::new(locale),
            })
        });
        Rc::clone(made)
    })
}

/// One speaker per language.
#[derive(Clone)]
pub struct Speakers(Arc<BTreeMap<&'static str, Arc<Speaker>>>);

impl Speakers {
    /// Loads all languages.
    pub fn load() -> Self {
        let english = Arc::new(Messages::load(Locale::En));
        let all = Locale::ALL.into_iter().map(|locale| {
            let speaker = Speaker {
                locale,
                messages: Messages::load(locale).with_fallback(Arc::clone(&english)),
            };
            (locale.tag(), Arc::new(speaker))
        });
        Self(Arc::new(all.collect()))
    }

    /// Returns the speaker of a language.
    pub fn get(&self, locale: Locale) -> Arc<Speaker> {
        let speaker = self.0.get(locale.tag()).expect("load made one for each language");
        Arc::clone(speaker)
    }
}

impl Speaker {
    /// Returns the language.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// Says a message.
    pub fn say(&self, text: &Text) -> String {
        let args = text.args.iter().map(|(name, arg)| (name.as_str(), self.argument(arg)));
        self.messages.say(&text.key, args)
    }

    /// Says a message with arguments that are formatted already.
    pub fn say_with<'a>(&self, key: &str, args: impl IntoIterator<Item = (&'a str, Arg)>) -> String {
        self.messages.say(key, args.into_iter())
    }

    /// Says whether this language itself has the message.
    pub fn knows(&self, key: &str) -> bool {
        self.messages.has_own(key)
    }

    /// Returns the keys of this language, for comparing languages.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.messages.keys()
    }

    /// Shows an amount; whole amounts without decimals.
    pub fn money(&self, amount: Money) -> String {
        formats(self.locale).money.format(amount)
    }

    /// Shows a whole number with separators.
    pub fn number(&self, number: i64) -> String {
        formats(self.locale).money.number(number)
    }

    /// Shows a share in per cent with up to two decimals, without its sign.
    pub fn percent(&self, share: Percent) -> String {
        formats(self.locale).money.hundredths(share.bp)
    }

    /// Shows a point in time in its own zone.
    pub fn date(&self, moment: &Moment, style: DateStyle) -> String {
        formats(self.locale).dates.format(moment, style)
    }

    fn argument(&self, arg: &TextArg) -> Arg {
        match arg {
            TextArg::Number(number) => Arg::Number(*number),
            TextArg::Text(text) => Arg::Text(text.clone()),
            TextArg::Money(money) => Arg::Text(self.money(*money)),
            TextArg::Percent(share) => Arg::Text(self.percent(*share)),
            TextArg::Moment(moment) => Arg::Text(self.date(moment, DateStyle::DateTime)),
        }
    }
}
