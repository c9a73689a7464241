//! Telephone numbers (ITU-T E.164).

use std::{fmt, str::FromStr};

use crate::ParseError;

/// A telephone number with its country: `+` and 8 to 15 digits. It is personal, so that only the end of it is printed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Returns the number, for whoever carries messages.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last two digits, by which its owner knows it again.
    pub fn hint(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(2)..).unwrap_or_default()
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber(…{})", self.hint())
    }
}

impl FromStr for PhoneNumber {
    type Err = ParseError;

    /// Reads what people type: spaces, hyphens, dots, brackets and a leading `00` do no harm.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let plain: String = text
            .trim()
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '(' | ')' | '/'))
            .take(32)
            .collect();
        let digits = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"));
        let Some(digits) = digits else {
            return Err(ParseError::new("phone", "must begin with + and the country"));
        };
        let is_number = (8..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if is_number {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(ParseError::new("phone", "must have 8 to 15 digits after the +"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, number) in [
            ("+47 400 00 000", Some("+4740000000")),
            ("0047 (400) 00-000", Some("+4740000000")),
            ("+1 202.555.0100", Some("+12025550100")),
            ("40000000", None),
            ("+0 40000000", None),
            ("+47", None),
            ("+1234567890123456", None),
            ("+47 4000000x", None),
            ("", None),
            ("+٤٧٤٠٠٠٠٠٠٠", None),
        ] {
            let read = text.parse::<PhoneNumber>().ok();
            assert_eq!(read.as_ref().map(PhoneNumber::as_str), number, "{text}");
        }
    }

    #[test]
    fn a_number_is_not_printed() {
        let number: PhoneNumber = "+4740000012".parse().expect("a number");
        assert_eq!(format!("{number:?}"), "PhoneNumber(…12)");
    }
}
