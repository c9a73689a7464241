//! Secrets that a browser carries, and how they are kept.

use std::fmt;

use bilten_kernel::Secret;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Secret of a session: 32 random bytes, written in 43 characters of base64url.
#[derive(Debug, Clone)]
pub struct SessionToken(Secret<String>);

impl SessionToken {
    /// Makes a token from fresh random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(Secret::new(BASE64URL_NOPAD.encode(&bytes)))
    }

    /// Reads a cookie's value; anything that is not a token is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_token = text.len() == 43 && BASE64URL_NOPAD.decode(text.as_bytes()).is_ok();
        is_token.then(|| Self(Secret::new(text.to_owned())))
    }

    /// Returns the text, for the cookie.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }

    /// Returns what is kept in the database.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.expose().as_bytes()).into())
    }
}

/// SHA-256 of a secret. It names a session in lists and opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes the text of a secret.
    pub(crate) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Reads the hexadecimal form.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Returns the bytes, for binding in SQL.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads what a row holds; a constraint keeps it 32 bytes long.
    pub(crate) fn from_row(bytes: &[u8]) -> Self {
        Self(bytes.try_into().expect("the table's check keeps hashes 32 bytes long"))
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// Secret that each form of a session carries, so that other sites cannot post in its name.
#[derive(Debug, Clone)]
pub struct CsrfToken(Secret<String>);

impl CsrfToken {
    /// Makes a token from fresh random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(Secret::new(BASE64URL_NOPAD.encode(&bytes)))
    }

    pub(crate) const fn from_row(text: String) -> Self {
        Self(Secret::new(text))
    }

    /// Returns the text, for the form.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }

    /// Compares with what a form sent, in constant time.
    pub fn matches(&self, sent: &str) -> bool {
        self.0.expose().as_bytes().ct_eq(sent.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_token_survives_the_cookie() {
        let token = SessionToken::from_random([7; 32]);
        let back = SessionToken::parse(token.expose()).expect("its own text is a token");
        assert_eq!(back.hash(), token.hash());
        assert_ne!(token.hash(), SessionToken::from_random([8; 32]).hash());
    }

    #[test]
    fn what_is_not_a_token_is_nobody() {
        let short = "a".repeat(42);
        let odd = format!("{}!", "a".repeat(42));
        for text in ["", "x", short.as_str(), odd.as_str(), "\u{e6}\u{f8}\u{e5}"] {
            assert!(SessionToken::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_the_same_csrf_token_matches() {
        let token = CsrfToken::from_random([1; 32]);
        assert!(token.matches(&token.expose().clone()));
        assert!(!token.matches("") && !token.matches(CsrfToken::from_random([2; 32]).expose()));
        assert!(!format!("{token:?}").contains(token.expose().as_str()));
    }
}
