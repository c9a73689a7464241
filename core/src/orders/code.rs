//! Short code by which people name an order.

use std::{fmt, str::FromStr};

use bilten_kernel::{Ctx, ParseError};

/// Letters and digits that are not taken for one another when read aloud or from paper.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 30⁸ ≈ 6.6 × 10¹¹ codes: a clash within a tenant is rare, and caught by the unique key.
const LENGTH: usize = 8;

/// Code such as `K7QXM2RT`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrderCode(String);

impl OrderCode {
    /// Draws a code.
    pub fn random(ctx: &Ctx) -> Self {
        let letters = ctx.random::<{ LENGTH * 4 }>();
        let letter = |chunk: &[u8]| {
            let number = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
            let index = usize::try_from(number).unwrap_or(0) % ALPHABET.len();
            char::from(ALPHABET[index])
        };
        Self(letters.chunks(4).map(letter).collect())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrderCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim().to_ascii_uppercase();
        let is_code = text.len() == LENGTH && text.bytes().all(|b| ALPHABET.contains(&b));
        if is_code {
            Ok(Self(text))
        } else {
            Err(ParseError::new("order code", "is not an order code"))
        }
    }
}

impl fmt::Display for OrderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OrderCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
