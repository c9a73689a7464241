//! Text of a key: `blt_live_`, 32 characters of base32 (20 random bytes), 6 of checksum.

use bilten_kernel::Secret;
use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::TokenHash;

const PREFIX: &str = "blt_live_";
/// Keys of before; they are still taken.
const FORMER: &str = "tk_live_";
const BODY: usize = 32;
const CHECKSUM: usize = 6;

/// Secret of an API key.
#[derive(Debug, Clone)]
pub struct ApiKeyToken(Secret<String>);

impl ApiKeyToken {
    /// Makes a key from fresh random bytes.
    pub fn from_random(bytes: [u8; 20]) -> Self {
        let body = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
        let checksum = checksum(PREFIX, &body);
        Self(Secret::new(format!("{PREFIX}{body}{checksum}")))
    }

    /// Reads what a program sent; a text that cannot be a key is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let of_prefix = |prefix| text.strip_prefix(prefix).map(|rest| (prefix, rest));
        let (prefix, rest) = of_prefix(PREFIX).or_else(|| of_prefix(FORMER))?;
        let (body, sum) = rest.split_at_checked(BODY)?;
        let is_fit = |b: u8| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b);
        let is_key = body.bytes().all(is_fit) && bool::from(checksum(prefix, body).as_bytes().ct_eq(sum.as_bytes()));
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
fn checksum(prefix: &str, body: &str) -> String {
    let digest = Sha256::digest(format!("{prefix}{body}"));
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
        assert!(!format!("{key:?}").contains("blt_live_"));
        let former = format!("{FORMER}{}", "a".repeat(BODY));
        let former = format!("{former}{}", checksum(FORMER, &"a".repeat(BODY)));
        assert!(ApiKeyToken::parse(&former).is_some(), "keys of before are taken");
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
            "blt_live_",
            "blt_live_æ",
            "tk_live_",
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
