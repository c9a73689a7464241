//! What identity providers of customers may be: an address that they type leads wherever they like.

use std::net::SocketAddr;

use bilten_sso::egress::Reach;

use super::{Config, Reader};

impl Config {
    /// Tells how far the way to identity providers goes. Private addresses are open only where nobody but the machine itself
    /// reaches us, or when somebody said so.
    pub fn idp_reach(&self) -> Reach {
        match self.sso.reach {
            Some(chosen) => chosen,
            None if self.http.is_private() => Reach::Any,
            None => Reach::Public,
        }
    }
}

impl<S: Fn(&str) -> Option<String>> Reader<S> {
    pub(super) fn sso(&mut self) -> SsoSettings {
        SsoSettings {
            reach: self.parsed("BILTEN_IDP_REACH", "`public` or `any`", |text| match text {
                "public" => Some(Reach::Public),
                "any" => Some(Reach::Any),
                _ => None,
            }),
            dns_server: self.parsed(
                "BILTEN_DNS_SERVER",
                "an address and port such as 192.0.2.53:53",
                super::ok,
            ),
            has_demo_provider: self.text("BILTEN_DEMO_IDP").is_some_and(|text| text == "1"),
        }
    }
}

/// Log-in at identity providers.
#[derive(Debug, Clone, Copy, Default)]
pub struct SsoSettings {
    /// How far the way to identity providers goes, if somebody said so; see [`Config::idp_reach`].
    pub reach: Option<Reach>,
    /// Server that is asked for the records of mail domains; the system's unless set.
    pub dns_server: Option<SocketAddr>,
    /// The demo's identity provider is served beside us.
    pub has_demo_provider: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_open_only_on_a_machine_of_ones_own_or_when_said() {
        for (settings, reach) in [
            (&[][..], Reach::Any),
            (&[("BILTEN_IDP_REACH", "public")][..], Reach::Public),
            (&[("BILTEN_LISTEN", "0.0.0.0:80")][..], Reach::Public),
            (&[("BILTEN_BASE_DOMAIN", "tickets.example")][..], Reach::Public),
            (
                &[("BILTEN_BASE_DOMAIN", "tickets.example"), ("BILTEN_IDP_REACH", "any")][..],
                Reach::Any,
            ),
        ] {
            let find = |name: &str| settings.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            assert_eq!(Config::read(find).expect("usable").idp_reach(), reach, "{settings:?}");
        }
        assert!(Config::read(|name| (name == "BILTEN_IDP_REACH").then(|| "mars".to_owned())).is_err());
    }
}
