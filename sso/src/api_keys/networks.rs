//! Networks from which a key is taken.

use std::{fmt, net::IpAddr, str::FromStr};

use bilten_kernel::ParseError;

/// Networks of one key at most.
const MAX_NETWORKS: usize = 20;

const WRONG: ParseError = ParseError::new("networks", "is not a list of at most 20 networks such as 192.0.2.0/24");

/// List of networks in CIDR form; an empty one means anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Networks {
    /// Tells whether a request from there is taken; one from nobody knows where is taken only when all are.
    pub fn contains(&self, address: Option<IpAddr>) -> bool {
        self.0.is_empty() || address.is_some_and(|address| self.0.iter().any(|network| network.contains(address)))
    }

    /// Tells whether requests from anywhere are taken.
    pub const fn is_anywhere(&self) -> bool {
        self.0.is_empty()
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| WRONG)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().map_err(|_| WRONG)?,
            None => most,
        };
        // Nothing before the slash lies outside the network, and "everything" is said by saying nothing.
        if bits == 0 || bits > most {
            return Err(WRONG);
        }
        Ok(Self { address, bits })
    }
}

impl FromStr for Networks {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let words = text.split([' ', ',', '\n', '\r', '\t']).filter(|word| !word.is_empty());
        let networks = words.map(str::parse).collect::<Result<Vec<_>, _>>()?;
        if networks.len() > MAX_NETWORKS {
            return Err(WRONG);
        }
        Ok(Self(networks))
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, network) in self.0.iter().enumerate() {
            let space = if n == 0 { "" } else { " " };
            write!(f, "{space}{}/{}", network.address, network.bits)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_in_their_networks_and_in_no_other() {
        let networks: Networks = "192.0.2.0/24, 2001:db8::/32\n198.51.100.7".parse().unwrap();
        assert_eq!(networks.to_string(), "192.0.2.0/24 2001:db8::/32 198.51.100.7/32");
        for (address, is_in) in [
            ("192.0.2.200", true),
            ("::ffff:192.0.2.200", true),
            ("192.0.3.1", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("198.51.100.7", true),
            ("198.51.100.8", false),
        ] {
            assert_eq!(networks.contains(Some(address.parse().unwrap())), is_in, "{address}");
        }
        assert!(!networks.contains(None));
        assert!(Networks::default().contains(None));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "x",
            "1.2.3.4/33",
            "1.2.3.4/0",
            "::/129",
            "1.2.3/8",
            "1.2.3.4/-1",
            "1.2.3.4/8/8",
        ] {
            assert!(text.parse::<Networks>().is_err(), "{text}");
        }
        assert!("10.0.0.1 ".repeat(21).parse::<Networks>().is_err());
        assert_eq!(" \n".parse(), Ok(Networks::default()));
    }
}
