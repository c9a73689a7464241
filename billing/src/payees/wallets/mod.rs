//! On which of a tenant's hosts buyers may pay with the wallets of their telephones, by account.
//!
//! ```text
//! wanted → active ⇄ inactive
//!    any of these → removed (the host is gone) → wanted
//! ```
//! Providers want each host registered for each account, host by host: Apple Pay and others are offered nowhere else. Hosts and
//! accounts come and go, so what is wanted is compared with what is there once a day, a few registrations at a time, and what does
//! not work is tried again, with the provider's reason kept for people to read.
//!
//! Not here: what the pay page shows (the provider's script asks the provider), certificates and DNS.

mod store;
mod tend;

use bilten_kernel::Timestamp;

use crate::provider::AccountRef;

pub use store::list as list_wallet_hosts;
pub(super) use tend::request as request_wallets;
pub use tend::{TendWallets, WALLETS_JOB, tend_wallets};

/// Where a host stands with a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalletState {
    /// The provider was not asked yet.
    Wanted,
    /// At least one wallet is offered.
    Active,
    /// None is.
    Inactive,
    /// The host is the tenant's no more.
    Removed,
}

impl WalletState {
    const ALL: [Self; 4] = [Self::Wanted, Self::Active, Self::Inactive, Self::Removed];

    /// Name in the database and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Removed => "removed",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What a provider told of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WalletStanding {
    /// Apple Pay is offered.
    pub apple_pay: bool,
    /// Google Pay is offered.
    pub google_pay: bool,
    /// Why something is not, in the provider's words.
    pub reason: Option<String>,
}

impl WalletStanding {
    const fn state(&self) -> WalletState {
        if self.apple_pay || self.google_pay {
            WalletState::Active
        } else {
            WalletState::Inactive
        }
    }
}

/// A host, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletHost {
    /// Provider.
    pub provider: String,
    /// The payee's account there.
    pub account: AccountRef,
    /// The host.
    pub host: String,
    /// Where it stands.
    pub state: WalletState,
    /// What the provider told.
    pub told: WalletStanding,
    /// When.
    pub checked_at: Option<Timestamp>,
}

/// Providers look at hosts from outside, so one that only this machine knows is not worth asking about.
fn is_public(host: &str) -> bool {
    let is_number = host.split('.').all(|part| part.parse::<u8>().is_ok());
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.') && !is_number && !["localhost", "test", "internal", "local", "invalid"].contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_that_a_provider_can_see_are_registered() {
        for host in ["shop.example.org", "a.b.c.de", "xn--bl-wia.no"] {
            assert!(is_public(host), "{host}");
        }
        for host in ["localhost", "nord.localhost", "127.0.0.1", "shop.test", "intern"] {
            assert!(!is_public(host), "{host}");
        }
    }

    #[test]
    fn one_wallet_is_enough() {
        for state in WalletState::ALL {
            assert_eq!(WalletState::from_name(state.name()), Some(state));
        }
        let told = |apple_pay, google_pay| WalletStanding {
            apple_pay,
            google_pay,
            reason: None,
        };
        assert_eq!(told(true, false).state(), WalletState::Active);
        assert_eq!(told(false, true).state(), WalletState::Active);
        assert_eq!(told(false, false).state(), WalletState::Inactive);
    }
}
