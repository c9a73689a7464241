//! From where a payment comes, and what is kept of it: keyed hashes that only this installation can make.

use std::fmt;

use bilten_core::{
    MasterKey,
    waiting_room::{Device, Solution},
};
use bilten_kernel::{CartId, Ctx, Email};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::rule::Subject;

const PURPOSE: &str = "risk subject";

/// From where a payment comes, as far as its request tells. Programs tell nothing: what they would tell is about
/// themselves.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Payer {
    network: Option<Vec<u8>>,
    device: Option<[u8; 32]>,
    work: Option<Solution>,
}

impl Payer {
    /// A buyer with a browser; both are told by bytes that stay the same.
    pub fn visitor(network: Option<Vec<u8>>, device: Option<&Device>) -> Self {
        Self {
            network,
            device: device.map(Device::hash),
            work: None,
        }
    }

    /// Adds the work that his browser did.
    #[must_use]
    pub fn with_work(mut self, work: Solution) -> Self {
        self.work = Some(work);
        self
    }

    pub(crate) const fn work(&self) -> Option<&Solution> {
        self.work.as_ref()
    }
}

impl fmt::Debug for Payer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Payer(…)")
    }
}

/// Somebody of whom something is counted, or a card or address that is counted: a keyed hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hashed(pub(crate) [u8; 32]);

impl Hashed {
    /// The hash in hexadecimal digits, for evidence.
    pub(crate) fn hex(self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }

    /// Reads what was kept.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// What an attempt keeps of its payer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PayerKeys {
    /// His network.
    pub network: Option<Hashed>,
    /// His browser.
    pub device: Option<Hashed>,
}

/// Makes the hashes. Each tenant has a key of its own, so that nobody is followed from shop to shop.
#[derive(Clone)]
pub(crate) struct Hasher(Hmac<Sha256>);

impl Hasher {
    pub fn new(master: &MasterKey, ctx: &Ctx) -> Self {
        let key = master.derive(PURPOSE, ctx.tenant);
        Self(Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of any length"))
    }

    fn hash(&self, kind: &str, value: &[u8]) -> Hashed {
        let mut mac = self.0.clone();
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        Hashed(mac.finalize().into_bytes().into())
    }

    pub fn keys(&self, payer: &Payer) -> PayerKeys {
        PayerKeys {
            network: payer
                .network
                .as_deref()
                .map(|bytes| self.hash(Subject::Network.name(), bytes)),
            device: payer
                .device
                .as_ref()
                .map(|bytes| self.hash(Subject::Device.name(), bytes)),
        }
    }

    pub fn cart(&self, cart: CartId) -> Hashed {
        self.hash(Subject::Cart.name(), cart.uuid().as_bytes())
    }

    pub fn mail(&self, mail: &Email) -> Hashed {
        self.hash(Subject::Mail.name(), mail.normalized().as_bytes())
    }

    pub fn card(&self, print: &str) -> Hashed {
        self.hash("card", print.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bilten_kernel::{Actor, RequestId, SeededEntropy, TenantId, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn ctx(tenant: u128) -> Ctx {
        let tenant = TenantId::from_uuid(Uuid::from_u128(tenant));
        let request = RequestId::parse("r").unwrap();
        Ctx::new(
            tenant,
            Actor::Buyer,
            request,
            Timestamp::UNIX_EPOCH,
            Arc::new(SeededEntropy::new(1)),
        )
    }

    #[test]
    fn a_hash_tells_shops_kinds_and_installations_apart_and_nothing_else() {
        let hasher = |master, tenant| Hasher::new(&MasterKey::new([master; 32]), &ctx(tenant));
        let payer = Payer::visitor(Some(vec![192, 0, 2, 1]), Some(&Device::from_random([1; 16])));
        let keys = hasher(1, 1).keys(&payer);
        assert_eq!(keys, hasher(1, 1).keys(&payer));
        assert_ne!(keys.network, keys.device);
        for other in [hasher(1, 2), hasher(2, 1)] {
            assert_ne!(keys.network, other.keys(&payer).network);
            assert_ne!(keys.device, other.keys(&payer).device);
        }
        assert_eq!(hasher(1, 1).keys(&Payer::default()), PayerKeys::default());
        assert_ne!(hasher(1, 1).hash("mail", b"x"), hasher(1, 1).hash("card", b"x"));
        let mail = |text: &str| hasher(1, 1).mail(&text.parse().unwrap());
        assert_eq!(mail("Ada@Example.org"), mail("ada@example.org"));
    }

    #[test]
    fn a_payer_is_not_shown() {
        let payer = Payer::visitor(Some(vec![192, 0, 2, 1]), None);
        assert_eq!(format!("{payer:?}"), "Payer(…)");
    }
}
