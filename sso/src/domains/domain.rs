//! A mail domain that somebody can own.

use std::str::FromStr;

use bilten_kernel::{HostName, ParseError};

/// Domains at which anybody gets an address: whoever has one proves nothing about an organisation.
pub const PUBLIC: [&str; 78] = [
    "aim.com",
    "aol.com",
    "bk.ru",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "cox.net",
    "duck.com",
    "email.com",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.be",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "hotmail.no",
    "hotmail.se",
    "hushmail.com",
    "icloud.com",
    "inbox.lv",
    "inbox.ru",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.co.uk",
    "live.com",
    "live.fr",
    "live.nl",
    "live.no",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "online.no",
    "onet.pl",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "sbcglobal.net",
    "seznam.cz",
    "t-online.de",
    "telenet.be",
    "tuta.io",
    "tutanota.com",
    "verizon.net",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.fr",
    "yandex.ru",
    "ymail.com",
];

/// A domain, in lower case, that is nobody's provider of mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Domain(String);

impl Domain {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) const fn from_row(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Domain {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refuse = |why| Err(ParseError::new("domain", why));
        let text = text.trim().trim_start_matches('@');
        let Ok(host) = text.parse::<HostName>() else {
            return refuse("is not a domain");
        };
        let name = host.as_str();
        if name.len() != text.trim_end_matches('.').len() || !name.contains('.') {
            return refuse("is not a domain");
        }
        let is_number = name
            .rsplit('.')
            .next()
            .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
        if is_number {
            return refuse("is not a domain");
        }
        if PUBLIC.contains(&name) {
            return refuse("belongs to everybody");
        }
        Ok(Self(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn counted_domains_of_everybody_can_be_owned_by_nobody() {
        let all: BTreeSet<&str> = PUBLIC.into_iter().collect();
        assert_eq!(all.len(), PUBLIC.len());
        for domain in PUBLIC {
            assert!(domain.parse::<Domain>().is_err(), "{domain}");
            assert!(domain.to_uppercase().parse::<Domain>().is_err(), "{domain}");
        }
        println!("public mail domains refused: {}", PUBLIC.len());
    }

    #[test]
    fn a_domain_is_a_name_with_a_dot() {
        for (text, read) in [
            ("operahuset.example", Some("operahuset.example")),
            (" @Operahuset.Example. ", Some("operahuset.example")),
            ("localhost", None),
            ("10.0.0.1", None),
            ("a.example:25", None),
            ("a b.example", None),
            ("", None),
            ("*.example.com", None),
        ] {
            let found = text.parse::<Domain>().ok();
            assert_eq!(found.as_ref().map(Domain::as_str), read, "{text}");
        }
    }
}
