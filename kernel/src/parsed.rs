//! Texts from outside that became types: past the edge nothing is validated twice.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::holds_number;

/// Says which value was refused and why, fit to show to whoever typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} {why}")]
pub struct ParseError {
    /// Kind of value, such as `email`.
    pub what: &'static str,
    /// What is wrong with it, as the end of a sentence.
    pub why: &'static str,
}

impl ParseError {
    /// Makes an error.
    pub const fn new(what: &'static str, why: &'static str) -> Self {
        Self { what, why }
    }
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = ParseError;

            fn try_from(text: String) -> Result<Self, ParseError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

text_type! {
    /// Mail address, as typed; at most 254 characters (RFC 5321 §4.5.3.1).
    Email
}
text_type! {
    /// Short name in an address: 1 to 63 of `a–z 0–9 -`, no hyphen at either end.
    Slug
}
text_type! {
    /// Name of a person, 1 to 120 characters, without control characters.
    PersonName
}
text_type! {
    /// DNS host name in lower case, without port and without a trailing dot.
    HostName
}
text_type! {
    /// Name of a time zone in the IANA database.
    ZoneName
}

impl Email {
    /// Returns the form used for comparing: trimmed and in lower case.
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}
macro_rules! plain_debug {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
plain_debug!(Slug, HostName, ZoneName);

impl FromStr for Email {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refuse = |why| Err(ParseError::new("email", why));
        let text = text.trim();
        let Some((local, domain)) = text.rsplit_once('@') else {
            return refuse("has no @");
        };
        if text.len() > 254 || local.len() > 64 {
            return refuse("is too long");
        }
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
        if local.is_empty() || local.contains('@') || text.chars().any(is_odd) {
            return refuse("is not an address");
        }
        let labels_fit = domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
        if !labels_fit || !domain.contains('.') {
            return refuse("has no valid domain after the @");
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Slug {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let is_fit = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let has_length = (1..=63).contains(&text.len());
        if !has_length || !text.bytes().all(is_fit) || text.starts_with('-') || text.ends_with('-') {
            return Err(ParseError::new(
                "slug",
                "may hold a–z, 0–9 and inner hyphens, 63 at most",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Slug {
    /// Makes a slug from a title; `None` when no letter or digit is left.
    pub fn from_title(title: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in title.chars().flat_map(char::to_lowercase) {
            match c {
                'æ' | 'ä' => slug.push_str("ae"),
                'ø' | 'ö' => slug.push('o'),
                'å' => slug.push('a'),
                'é' | 'è' => slug.push('e'),
                'ü' => slug.push('u'),
                c if c.is_ascii_alphanumeric() => slug.push(c),
                _ if slug.is_empty() || slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
        slug.truncate(56);
        slug.trim_matches('-').parse().ok()
    }
}

impl FromStr for PersonName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(ParseError::new("name", "is missing")),
            121.. => Err(ParseError::new("name", "is longer than 120 characters")),
            _ if text.chars().any(char::is_control) => Err(ParseError::new("name", "holds control characters")),
            // It is the field below a card's in many forms.
            _ if holds_number(text) => Err(ParseError::new("name", "holds a card or account number")),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

impl FromStr for HostName {
    type Err = ParseError;

    /// Reads a `Host` header value; a port is cut off, letters are lowered, one trailing dot is dropped.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refuse = || ParseError::new("host", "is not a host name");
        let host = match text.rsplit_once(':') {
            Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
            Some(_) => return Err(refuse()),
            None => text,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let label_fits = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if host.len() > 253 || !host.split('.').all(label_fits) {
            return Err(refuse());
        }
        Ok(Self(host))
    }
}

impl FromStr for ZoneName {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let known = jiff::tz::TimeZone::get(text)
            .ok()
            .and_then(|zone| zone.iana_name().map(str::to_owned))
            .ok_or(ParseError::new("time zone", "is not in the IANA database"))?;
        Ok(Self(known))
    }
}

impl ZoneName {
    /// Returns the zone with its rules.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.0).expect("the name was looked up when it was parsed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_are_taken_or_refused() {
        for good in ["a@b.no", "Ola.Nordmann+x@post.example", "  a@b.co  ", "ø@blåbær.no"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in [
            "", "a", "a@", "@b.no", "a@b", "a b@c.no", "a@b..no", "a@-b.no", "a\n@b.no", "a@b@c.no",
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }

    #[test]
    fn hosts_lose_port_case_and_trailing_dot() {
        for (text, expected) in [
            ("Nordlys.LOCALHOST:8080", Some("nordlys.localhost")),
            ("a.b.", Some("a.b")),
            ("a..b", None),
            ("", None),
            ("a b", None),
            ("a/b", None),
            ("a:b", None),
            ("[::1]:80", None),
            ("-a.b", None),
        ] {
            assert_eq!(
                text.parse::<HostName>().ok().map(String::from),
                expected.map(str::to_owned),
                "{text}"
            );
        }
    }

    #[test]
    fn titles_become_slugs() {
        assert_eq!(
            Slug::from_title("Nordlys på Øya 2027!").map(String::from),
            Some("nordlys-pa-oya-2027".into())
        );
        assert_eq!(Slug::from_title("…"), None);
        assert!(
            "-a".parse::<Slug>().is_err() && "A".parse::<Slug>().is_err() && "a".repeat(64).parse::<Slug>().is_err()
        );
    }

    #[test]
    fn zones_must_exist() {
        assert!("Europe/Oslo".parse::<ZoneName>().is_ok());
        assert!("Europe/Atlantis".parse::<ZoneName>().is_err());
    }
}
