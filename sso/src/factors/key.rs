//! Keys under which a tenant's factors are kept.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use bilten_kernel::{AccountId, Ctx, Secret};
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
        let nonce: [u8; NONCE_LEN] = ctx.random();
        let mut sealed = secret.to_vec();
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(account), &mut sealed)
            .expect("a secret is far shorter than what the cipher takes");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`seal`](Self::seal) made for this account; `None` for anything else.
    pub(super) fn open(&self, account: AccountId, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.cipher().open_in_place(nonce, aad(account), &mut text).ok()?;
        Some(opened.to_vec())
    }

    /// Hashes a recovery code of this account.
    pub(super) fn hash(&self, account: AccountId, code: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.hash.expose()).expect("HMAC takes keys of any length");
        mac.update(account.uuid().as_bytes());
        mac.update(code.as_bytes());
        mac.finalize().into_bytes().into()
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.seal.expose()).expect("the key has 32 bytes"))
    }
}

/// Binds a secret to its account, so that it cannot be moved to another's row.
fn aad(account: AccountId) -> Aad<[u8; 16]> {
    Aad::from(*account.uuid().as_bytes())
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
