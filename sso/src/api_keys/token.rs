//! Text of a key: `tk_live_`, 32 characters of base32 (20 random bytes), 6 of checksum.

use bilten_kernel::Secret;
use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::TokenHash;

const PREFIX: &str = "tk_live_";
const BODY: usize = 32;
const CHECKSUM: usize = 6;

/// Secret of an API key.
#[derive(Debug, Clone)]
pub struct ApiKeyToken(Secret<String>);

impl ApiKeyToken {
    /// Makes a key from fresh random bytes.
    pub fn from_random(bytes: [u8; 20]) -> Self {
        let body = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
        let checksum = checksum(&body);
        Self(Secret::new(format!("{PREFIX}{body}{checksum}")))
    }

    /// Reads what a program sent; a text that cannot be a key is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (body, sum) = text.strip_prefix(PREFIX)?.split_at_checked(BODY)?;
        let is_fit = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
        let is_key = body.bytes().all(is_fit) && bool::from(checksum(body).as_bytes().ct_eq(sum.as_bytes()));
        is_key.then(|| Self(Secret::new(text.to_owned())))
    }

    /// Returns the text, to be shown once.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }

    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.expose())
    }
}

/// Finds typing errors; it protects nothing.
fn checksum(body: &str) -> String {
    let digest = Sha256::digest(format!("{PREFIX}{body}"));
    let mut text = BASE32_NOPAD.encode(&digest).to_ascii_lowercase();
    text.truncate(CHECKSUM);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_the_round_trip() {
        let key = ApiKeyToken::from_random([9; 20]);
        assert_eq!(key.expose().len(), PREFIX.len() + BODY + CHECKSUM);
        let back = ApiKeyToken::parse(key.expose()).expect("its own text is a key");
        assert_eq!(back.hash(), key.hash());
        assert!(!format!("{key:?}").contains("tk_live_"));
    }

    #[test]
    fn a_mistyped_key_is_refused() {
        let key = ApiKeyToken::from_random([9; 20]).expose().clone();
        let mut swapped = key.clone();
        let last = swapped.pop();
        swapped.push(if last == Some('a') { 'b' } else { 'a' });
        let upper = key.to_uppercase();
        for text in [
            "",
            "tk_live_",
            "tk_live_æ",
            swapped.as_str(),
            upper.as_str(),
            &key[1..],
            &key[..key.len() - 1],
        ] {
            assert!(ApiKeyToken::parse(text).is_none(), "{text}");
        }
        assert!(ApiKeyToken::parse(&format!("{key}a")).is_none());
    }
}
