//! Whose money it is: the payee's account at a provider, and what the buyer's browser brought from the provider's form.

use std::fmt;

use bilten_kernel::{ParseError, Secret};

/// The provider's own name of a payee's account.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountRef(String);

impl AccountRef {
    /// Accepts 1 to 80 letters, digits, `_` and `-`: it goes into a request header.
    ///
    /// # Errors
    /// The text is something else.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let is_fit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if text.is_empty() || text.len() > 80 || !text.bytes().all(is_fit) {
            return Err(ParseError::new("payee account", "is malformed"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the provider's form on our page left: it stands for the buyer's card, once. Neither stored nor logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmationToken(Secret<String>);

impl ConfirmationToken {
    /// Accepts 1 to 200 letters, digits and `_`.
    ///
    /// # Errors
    /// The text is something else; it is not repeated.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let is_fit = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if text.is_empty() || text.len() > 200 || !text.bytes().all(is_fit) {
            return Err(ParseError::new("confirmation token", "is malformed"));
        }
        Ok(Self(Secret::new(text.to_owned())))
    }

    /// Gives access, for the call that spends it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_a_header_is_plain() {
        assert!(AccountRef::parse("acct_1Nv0FGQ9RKHgCVdK").is_ok());
        for odd in ["", "acct 1", "acct_1\r\nX: y", "acct/1", "é", &"x".repeat(81)] {
            assert!(AccountRef::parse(odd).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_token_never_shows() {
        let token = ConfirmationToken::parse("ctoken_1secret").unwrap();
        assert!(!format!("{token:?}").contains("secret"));
        assert!(ConfirmationToken::parse("ctoken_1 ; x").is_err());
    }
}
