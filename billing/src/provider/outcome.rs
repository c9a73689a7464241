//! The six ways in which a call to a provider can end.

use std::fmt;

/// Answer of a provider, or the lack of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The call took effect; the snapshot is the state after it.
    Done(T),
    /// The call was accepted; its result will be told later.
    Pending(T),
    /// The buyer must do something first.
    Action(T, NextAction),
    /// The provider said no, for good as far as this payment goes.
    Declined(DeclineCode, Retry),
    /// Nothing reached the provider; it is safe to send again.
    NotSent(Why),
    /// The call may or may not have taken effect.
    Unknown,
}

impl<T> Outcome<T> {
    /// Returns the snapshot, when the answer holds one.
    pub fn snapshot(self) -> Option<T> {
        match self {
            Self::Done(t) | Self::Pending(t) | Self::Action(t, _) => Some(t),
            Self::Declined(..) | Self::NotSent(_) | Self::Unknown => None,
        }
    }

    /// Looks at the snapshot, when the answer holds one.
    pub const fn as_snapshot(&self) -> Option<&T> {
        match self {
            Self::Done(t) | Self::Pending(t) | Self::Action(t, _) => Some(t),
            Self::Declined(..) | Self::NotSent(_) | Self::Unknown => None,
        }
    }

    /// Name in operation rows and metrics.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Pending(_) => "pending",
            Self::Action(..) => "action",
            Self::Declined(..) => "declined",
            Self::NotSent(_) => "not_sent",
            Self::Unknown => "unknown",
        }
    }
}

/// What the buyer has to do before the payment can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextAction {
    /// Go to this address; it is on the tenant's own host when it begins with a slash.
    Redirect(String),
}

/// Why the provider said no; a short name such as `card_declined`, fit for a message key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeclineCode(String);

impl DeclineCode {
    /// Keeps lower-case letters, digits and underscores, 40 at most; other text becomes `declined`.
    pub fn new(code: &str) -> Self {
        let is_fit = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if code.is_empty() || code.len() > 40 || !code.bytes().all(is_fit) {
            return Self("declined".to_owned());
        }
        Self(code.to_owned())
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeclineCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What may help after a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Trying the same again can help.
    SameMethod,
    /// Another card or method can help.
    OtherMethod,
    /// Waiting can help.
    Later,
    /// Nothing will help.
    Never,
}

/// Why nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No connection: name, network or TLS.
    Unreachable,
    /// The same key was used with other parameters.
    KeyReused,
    /// The provider is not set up for this tenant, or asks us to slow down.
    Refused,
    /// The payment has no such reference at this provider.
    NotFound,
    /// The account is not there any more, or not ours to reach.
    NoAccess,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decline_codes_are_short_names() {
        assert_eq!(DeclineCode::new("card_declined").as_str(), "card_declined");
        for odd in ["", "Card", "a b", "<script>", &"x".repeat(41)] {
            assert_eq!(DeclineCode::new(odd).as_str(), "declined");
        }
    }
}
