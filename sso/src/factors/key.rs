//! Keys under which a tenant's factors are kept.

use bilten_kernel::{AccountId, Ctx, Secret};
use bilten_tenancy::seal::SealKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Keys of one tenant: one encrypts secrets, the other hashes recovery codes. Both are derived from the installation's
/// master key by `api`.
#[derive(Debug, Clone)]
pub struct FactorKey {
    /// Encrypts secrets of authenticators.
    pub seal: Secret<[u8; 32]>,
    /// Hashes recovery codes.
    pub hash: Secret<[u8; 32]>,
}

impl FactorKey {
    /// Encrypts a secret for the row of this account.
    pub(super) fn seal(&self, ctx: &Ctx, account: AccountId, secret: &[u8]) -> Vec<u8> {
        SealKey::new(self.seal.clone()).seal(ctx, account.uuid().as_bytes(), secret)
    }

    /// Opens what [`seal`](Self::seal) made for this account; `None` for anything else.
    pub(super) fn open(&self, account: AccountId, sealed: &[u8]) -> Option<Vec<u8>> {
        let key = SealKey::new(self.seal.clone());
        key.open(account.uuid().as_bytes(), sealed).ok()
    }

    /// Hashes a recovery code of this account.
    pub(super) fn hash(&self, account: AccountId, code: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.hash.expose()).expect("HMAC takes keys of any length");
        mac.update(account.uuid().as_bytes());
        mac.update(code.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bilten_kernel::{Actor, RequestId, SeededEntropy, TenantId, Timestamp};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_secret_opens_for_its_account_and_key_alone() {
        let key = |n| FactorKey {
            seal: Secret::new([n; 32]),
            hash: Secret::new([n; 32]),
        };
        let account = |n| AccountId::from_uuid(Uuid::from_u128(n));
        let ctx = Ctx::new(
            TenantId::from_uuid(Uuid::from_u128(1)),
            Actor::System,
            RequestId::parse("r").expect("an id"),
            Timestamp::UNIX_EPOCH,
            Arc::new(SeededEntropy::new(1)),
        );
        let sealed = key(1).seal(&ctx, account(1), b"a secret of twenty b");
        assert_eq!(
            key(1).open(account(1), &sealed).as_deref(),
            Some(&b"a secret of twenty b"[..])
        );
        assert_eq!(key(1).open(account(2), &sealed), None);
        assert_eq!(key(2).open(account(1), &sealed), None);
        assert_eq!(key(1).open(account(1), &sealed[..8]), None);
        assert_ne!(key(1).hash(account(1), "X"), key(1).hash(account(2), "X"));
    }
}
