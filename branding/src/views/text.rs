//! Words by key: what a handler says to a reader without knowing the reader's language.

use std::collections::BTreeMap;

use bilten_kernel::Money;
use serde::Serialize;

use super::{Moment, Percent};

/// A message of the catalogues in `web/locales` and its arguments.
///
/// Keys that handlers use are the constants of [`crate::texts`]; a test proves that each exists in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Key of the message.
    pub key: String,
    /// Arguments by name.
    pub args: BTreeMap<String, TextArg>,
}

/// Value of an argument; formatted for the reader when the page is rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum TextArg {
    /// A number, which also chooses the plural form.
    Number(i64),
    /// A text shown as it is.
    Text(String),
    /// An amount of money.
    Money(Money),
    /// A point in time, shown as date and time.
    Moment(Moment),
    /// A share, without the sign of a per cent.
    Percent(Percent),
}

impl Text {
    /// Names a message without arguments.
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            args: BTreeMap::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<TextArg>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }
}

impl From<i64> for TextArg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<u32> for TextArg {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}
impl From<&str> for TextArg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for TextArg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<Money> for TextArg {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}
impl From<Percent> for TextArg {
    fn from(share: Percent) -> Self {
        Self::Percent(share)
    }
}
impl From<Moment> for TextArg {
    fn from(moment: Moment) -> Self {
        Self::Moment(moment)
    }
}

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Name of the field in the form.
    pub field: String,
    /// What to do about it.
    pub text: Text,
}

/// The errors of a form, by field name, as templates look them up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(BTreeMap<String, Text>);

impl FieldErrors {
    /// A form without errors.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds what is wrong with a field; the first error of a field stays.
    #[must_use]
    pub fn with(mut self, field: &str, text: Text) -> Self {
        self.push(field, text);
        self
    }

    /// Adds what is wrong with a field; the first error of a field stays.
    pub fn push(&mut self, field: &str, text: Text) {
        self.0.entry(field.to_owned()).or_insert(text);
    }

    /// Says whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether something is wrong with a field.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }
}

impl FromIterator<FieldError> for FieldErrors {
    fn from_iter<I: IntoIterator<Item = FieldError>>(errors: I) -> Self {
        let mut all = Self::none();
        for error in errors {
            all.push(&error.field, error.text);
        }
        all
    }
}
