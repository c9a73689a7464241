//! Who a stranger is: the network that he asks from.

use std::net::{IpAddr, Ipv6Addr};

/// An IPv4 address, or an IPv6 /64 as one customer has it (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// Returns the network of an address, however the listener shows it.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }

    /// Tells whether the network tells anything about who asks. Ourselves, and addresses that are used anew behind every
    /// router, are those of a proxy that we were not told to trust: all buyers would be one.
    pub const fn is_public(self) -> bool {
        match self.0 {
            IpAddr::V4(v4) => !(v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified()),
            IpAddr::V6(v6) => {
                !(v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_unspecified())
            }
        }
    }

    /// Returns the bytes of its first address.
    pub fn octets(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_nobody_told_us_of_is_not_taken_for_all_buyers() {
        let is_public = |text: &str| Network::of(text.parse().unwrap()).is_public();
        for address in [
            "127.0.0.1",
            "::ffff:10.1.2.3",
            "172.17.0.1",
            "192.168.1.9",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(!is_public(address), "{address}");
        }
        for address in ["198.51.100.1", "2001:db8::1", "::ffff:8.8.8.8"] {
            assert!(is_public(address), "{address}");
        }
    }

    #[test]
    fn neighbours_share_an_ipv6_network_and_mapped_addresses_are_what_they_map() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.2"), network("192.0.2.1"));
    }
}
