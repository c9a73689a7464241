//! Where a session was begun, in words that its owner recognises and that place nobody.

use std::net::{IpAddr, Ipv6Addr};

/// What is kept of a browser's name for itself.
const MAX_USER_AGENT: usize = 300;

/// Browsers by the word that only they write; those that call themselves like others come first.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// Browser and network of a log-in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// What the browser calls itself, cut.
    pub user_agent: String,
    /// Network without the part that names one connection, such as `192.0.2.0/24`; empty when unknown.
    pub network: String,
}

impl Client {
    /// Takes what a request says of itself.
    pub fn new(user_agent: &str, address: Option<IpAddr>) -> Self {
        let printable = user_agent.chars().filter(|c| !c.is_control());
        Self {
            user_agent: printable.take(MAX_USER_AGENT).collect(),
            network: address.map(prefix).unwrap_or_default(),
        }
    }

    /// Names the browser, if it is one that many use.
    pub fn browser(&self) -> Option<&'static str> {
        find(&BROWSERS, &self.user_agent)
    }

    /// Names the device or its system.
    pub fn system(&self) -> Option<&'static str> {
        find(&SYSTEMS, &self.user_agent)
    }
}

fn find(list: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    list.iter().find(|(word, _)| text.contains(word)).map(|(_, name)| *name)
}

/// An IPv4 /24 or an IPv6 /48: what a household or an office has, no more.
fn prefix(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_their_owners_know_them() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let edge = format!("{chrome} Edg/140.0.0.0");
        for (text, browser, system) in [
            (chrome, Some("Chrome"), Some("Windows")),
            (edge.as_str(), Some("Edge"), Some("Windows")),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                Some("Safari"),
                Some("macOS"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Mobile Safari/604.1",
                Some("Chrome"),
                Some("iPhone"),
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("Firefox"),
                Some("Linux"),
            ),
            ("curl/8", None, None),
            ("", None, None),
        ] {
            let client = Client::new(text, None);
            assert_eq!((client.browser(), client.system()), (browser, system), "{text}");
        }
    }

    #[test]
    fn a_network_is_told_without_its_last_part() {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ] {
            let client = Client::new("", Some(address.parse().expect("an address")));
            assert_eq!(client.network, network);
        }
    }

    #[test]
    fn a_long_name_is_cut_and_holds_no_control_characters() {
        let client = Client::new(&format!("a\nb{}", "x".repeat(5_000)), None);
        assert_eq!(client.user_agent.chars().count(), 300);
        assert!(client.user_agent.starts_with("abx"));
    }
}
