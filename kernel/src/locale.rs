//! Languages that the texts exist in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ParseError;

/// Language of a page, mail or document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Norwegian Bokmål.
    Nb,
}

impl Locale {
    /// All locales, the fall-back first.
    pub const ALL: [Self; 2] = [Self::En, Self::Nb];

    /// Language tag of BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Nb => "nb",
        }
    }

    /// Name of the language in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Nb => "Norsk",
        }
    }

    /// Picks the first known language of an `Accept-Language` header (RFC 9110 §12.5.4), by weight.
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for part in accept_language.split(',').take(16) {
            let mut fields = part.trim().split(';');
            let tag = fields.next().unwrap_or_default();
            let weight = fields.find_map(|f| f.trim().strip_prefix("q=")).map_or(1000, permille);
            let Ok(locale) = tag.parse::<Self>() else { continue };
            if weight > 0 && best.is_none_or(|(w, _)| weight > w) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

/// Reads a quality value such as `0.75` as thousandths.
fn permille(text: &str) -> u16 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0", Ok(thousandths)) => thousandths,
        ("1", _) => 1000,
        _ => 0,
    }
}

impl FromStr for Locale {
    type Err = ParseError;

    fn from_str(tag: &str) -> Result<Self, ParseError> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "en" => Ok(Self::En),
            "nb" | "no" | "nn" => Ok(Self::Nb),
            _ => Err(ParseError::new("locale", "is not one of en, nb")),
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        for (header, expected) in [
            ("nb-NO,nb;q=0.9,en;q=0.8", Some(Locale::Nb)),
            ("de, en;q=0.5, no;q=0.7", Some(Locale::Nb)),
            ("fr;q=1.0, en;q=0.1", Some(Locale::En)),
            ("en;q=0", None),
            ("", None),
            (";;;q=,,", None),
        ] {
            assert_eq!(Locale::negotiate(header), expected, "{header}");
        }
    }
}
