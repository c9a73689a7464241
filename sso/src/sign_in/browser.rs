//! The secret of a browser that began a log-in.

use std::fmt;

use bilten_kernel::Secret;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::{oidc::Proofs, token::TokenHash};

/// 32 random bytes that lie in a cookie which scripts cannot read.
///
/// Nonce and PKCE verifier are derived from it and the log-in's state: a code that comes back elsewhere cannot be redeemed,
/// and nothing that is stored would help.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser(String);

impl Browser {
    /// Makes one of fresh random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(BASE64URL_NOPAD.encode(&bytes))
    }

    /// Reads a cookie's value; `None` for what we have not made.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        <[u8; 32]>::try_from(bytes).ok().map(Self::from_random)
    }

    /// Returns the value of the cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns what is kept.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }

    /// Returns what is secret about the log-in with this state.
    pub fn proofs(&self, state: &str) -> Proofs {
        Proofs {
            state: state.to_owned(),
            nonce: self.derive("nonce", state),
            verifier: Secret::new(self.derive("verifier", state)),
        }
    }

    fn derive(&self, purpose: &str, state: &str) -> String {
        let mut hasher = Sha256::new();
        for part in [purpose, &self.0, state] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        BASE64URL_NOPAD.encode(&hasher.finalize())
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Browser(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_log_in_of_a_browser_has_proofs_of_its_own() {
        let browser = Browser::from_random([7; 32]);
        assert_eq!(Browser::parse(browser.expose()), Some(browser.clone()));
        let proofs = browser.proofs("a");
        assert_eq!(
            proofs.verifier.expose().len(),
            43,
            "RFC 7636 wants 43 to 128 characters"
        );
        assert_ne!(&proofs.nonce, proofs.verifier.expose());
        assert_ne!(proofs.nonce, browser.proofs("b").nonce);
        assert_ne!(proofs.nonce, Browser::from_random([8; 32]).proofs("a").nonce);
        for text in ["", "a", &"a".repeat(44), "!"] {
            assert_eq!(Browser::parse(text), None, "{text}");
        }
    }
}
