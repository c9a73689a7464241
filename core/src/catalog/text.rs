//! Texts of a limited length that organizers type.

use std::{fmt, str::FromStr};

use bilten_kernel::ParseError;
use serde::{Deserialize, Serialize};

/// One line of `MIN` to `MAX` characters, trimmed, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MIN: usize, const MAX: usize>(String);

/// Several lines of at most `MAX` characters; line ends are `\n`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Body<const MAX: usize>(String);

/// Name of an event.
pub type EventName = Line<1, 120>;
/// Name of a ticket type.
pub type TicketTypeName = Line<1, 120>;
/// What stands under the name on cards and in search results.
pub type Summary = Line<0, 300>;
/// Kind of event, such as `Concert`; empty when it has none.
pub type Category = Line<0, 40>;
/// Description in Markdown.
pub type Description = Body<20_000>;

impl<const MIN: usize, const MAX: usize> Line<MIN, MAX> {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a text that the database holds and that was checked on its way in.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl<const MAX: usize> Body<MAX> {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl<const MAX: usize> Default for Line<0, MAX> {
    fn default() -> Self {
        Self(String::new())
    }
}

impl<const MIN: usize, const MAX: usize> FromStr for Line<MIN, MAX> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let length = text.chars().count();
        if length < MIN {
            return Err(ParseError::new("text", "is missing"));
        }
        if length > MAX {
            return Err(ParseError::new("text", "is too long"));
        }
        if text.chars().any(char::is_control) {
            return Err(ParseError::new("text", "holds control characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl<const MAX: usize> FromStr for Body<MAX> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
        if text.chars().count() > MAX {
            return Err(ParseError::new("text", "is too long"));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(ParseError::new("text", "holds control characters"));
        }
        Ok(Self(text))
    }
}

macro_rules! text_traits {
    ($name:ident<$(const $param:ident),+>) => {
        impl<$(const $param: usize),+> fmt::Display for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl<$(const $param: usize),+> TryFrom<String> for $name<$($param),+> {
            type Error = ParseError;

            fn try_from(text: String) -> Result<Self, ParseError> {
                text.parse()
            }
        }
        impl<$(const $param: usize),+> From<$name<$($param),+>> for String {
            fn from(text: $name<$($param),+>) -> Self {
                text.0
            }
        }
    };
}
text_traits!(Line<const MIN, const MAX>);
text_traits!(Body<const MAX>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_trimmed_counted_in_characters_and_free_of_control_characters() {
        assert_eq!("  Vår  ".parse::<Line<1, 3>>().unwrap().as_str(), "Vår");
        for bad in ["", "  ", "Våre", "a\nb", "a\0"] {
            assert!(bad.parse::<Line<1, 3>>().is_err(), "{bad:?}");
        }
        assert!("".parse::<Line<0, 3>>().is_ok());
    }

    #[test]
    fn bodies_keep_their_lines() {
        assert_eq!("a\r\nb\rc\n".parse::<Body<5>>().unwrap().as_str(), "a\nb\nc");
        assert!("a\0".parse::<Body<5>>().is_err());
        assert!("123456".parse::<Body<5>>().is_err());
    }
}
