//! Which addresses belong to everybody's Internet (RFC 6890 and the registries of IANA).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Tells whether an address is one that anybody can reach, and nothing of our own.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Tells whether a name can be one of everybody's Internet: it has a dot, and no ending that only a local network knows.
pub(super) fn is_public_name(name: &str) -> bool {
    const INNER: [&str; 8] = [
        "localhost",
        "local",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "onion",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let ending = name.rsplit('.').next().unwrap_or_default();
    name.contains('.') && !INNER.contains(&ending) && !name.ends_with("home.arpa")
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_protocol = a == 192 && b == 0 && c == 0;
    let is_relay = a == 192 && b == 88 && c == 99;
    let is_benchmark = a == 198 && (18..20).contains(&b);
    !(a == 0
        || a >= 224
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || is_shared
        || is_protocol
        || is_relay
        || is_benchmark)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is given out; in it stand tunnels to IPv4 (2002::/16), Teredo and other protocols (2001::/23) and
    // documentation (2001:db8::/32, 3fff::/20).
    let is_given_out = first & 0xe000 == 0x2000;
    let is_tunnel = first == 0x2002 || (first == 0x2001 && second < 0x0200);
    let is_documentation = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
    is_given_out && !is_tunnel && !is_documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_everybodys_internet_are_public_and_others_are_not() {
        for (text, is) in [
            ("93.184.215.14", true),
            ("8.8.8.8", true),
            ("2a00:1450:4001::1", true),
            ("2001:4860:4860::8888", true),
            ("127.0.0.1", false),
            ("0.0.0.0", false),
            ("100.127.255.255", false),
            ("100.128.0.1", true),
            ("172.32.0.1", true),
            ("192.0.2.1", false),
            ("203.0.113.9", false),
            ("240.0.0.1", false),
            ("::1", false),
            ("::", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::808:808", false),
            ("2002:808:808::1", false),
            ("2001:0::1", false),
            ("2001:db8::1", false),
            ("3fff::1", false),
            ("fe80::1", false),
            ("fd12::1", false),
            ("ff0e::1", false),
        ] {
            assert_eq!(is_public(text.parse().expect("an address")), is, "{text}");
        }
    }

    #[test]
    fn names_of_local_networks_are_not_public() {
        for (name, is) in [
            ("idp.example.com", true),
            ("idp.example.com.", true),
            ("localhost", false),
            ("a.localhost", false),
            ("LOCALHOST.", false),
            ("metadata.google.internal", false),
            ("nas.home.arpa", false),
            ("router", false),
        ] {
            assert_eq!(is_public_name(name), is, "{name}");
        }
    }
}
