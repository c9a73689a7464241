//! The text of a promo code, as it is compared.

use std::{fmt, str::FromStr};

use bilten_kernel::{Ctx, ParseError};

/// Letters of the shortest and the longest code.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=40;

/// Text of a promo code: letters, digits, `-`, `_` and `.`, without blanks around it, in capitals. `early` and ` EARLY` are the
/// same code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromoCode(String);

/// Letters that cannot be taken for one another (Crockford's Base32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code that is made by chance, 5 bits each: 50 bits.
const CHANCE: usize = 10;

impl PromoCode {
    /// Makes one by chance that nobody guesses: 50 bits.
    pub fn random(ctx: &Ctx) -> Self {
        let bytes: [u8; CHANCE] = ctx.random();
        let letters = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
        Self(letters.collect())
    }

    /// Makes a code that begins so and goes on by chance: 50 bits.
    pub(super) fn continued(&self, ctx: &Ctx) -> Self {
        Self(format!("{self}-{}", Self::random(ctx)))
    }

    /// Letters.
    pub(super) fn len(&self) -> usize {
        self.0.chars().count()
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a text from the database.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for PromoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PromoCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        // Before anything is made of it: a request may be long.
        if text.len() > 4 * LENGTH.end() {
            return Err(ParseError::new("code", "is too long"));
        }
        let text = text.to_uppercase();
        if !LENGTH.contains(&text.chars().count()) {
            return Err(ParseError::new("code", "has 2 to 40 characters"));
        }
        if !text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        {
            return Err(ParseError::new("code", "consists of letters, digits, - _ and ."));
        }
        Ok(Self(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_in_capitals_and_without_blanks_around_them() {
        for (text, code) in [
            (" early ", Some("EARLY")),
            ("Early-Bird_2.0", Some("EARLY-BIRD_2.0")),
            ("blåbær", Some("BLÅBÆR")),
            ("x", None),
            ("", None),
            ("two words", None),
            ("a\0b", None),
            ("<b>", None),
        ] {
            assert_eq!(
                text.parse::<PromoCode>().ok().as_ref().map(PromoCode::as_str),
                code,
                "{text}"
            );
        }
        assert!("A".repeat(40).parse::<PromoCode>().is_ok());
        assert!("A".repeat(41).parse::<PromoCode>().is_err());
        assert!("A".repeat(100_000).parse::<PromoCode>().is_err());
    }
}
