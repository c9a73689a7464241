//! Text of a bearer token: `blt_scim_` and 32 characters of base32 (20 random bytes).

use bilten_kernel::Secret;
use data_encoding::BASE32_NOPAD;

use crate::TokenHash;

const PREFIX: &str = "blt_scim_";
const BODY: usize = 32;

/// Secret of a directory.
#[derive(Debug, Clone)]
pub struct ScimToken(Secret<String>);

impl ScimToken {
    /// Makes a token from fresh random bytes.
    pub fn from_random(bytes: [u8; 20]) -> Self {
        let body = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
        Self(Secret::new(format!("{PREFIX}{body}")))
    }

    /// Reads what a directory sent; a text that cannot be a token is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix(PREFIX)?;
        let is_fit = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
        (body.len() == BODY && body.bytes().all(is_fit)).then(|| Self(Secret::new(text.to_owned())))
    }

    /// Returns the text, to be shown once.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }

    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_round_trip_and_nothing_else_is_one() {
        let token = ScimToken::from_random([3; 20]);
        let text = token.expose().clone();
        assert_eq!(
            ScimToken::parse(&text).map(|back| back.hash() == token.hash()),
            Some(true)
        );
        for wrong in [
            "",
            "blt_scim_",
            &text[1..],
            &text[..text.len() - 1],
            &text.to_uppercase(),
        ] {
            assert!(ScimToken::parse(wrong).is_none(), "{wrong}");
        }
    }
}
