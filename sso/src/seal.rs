//! Encrypts secrets of others that we must be able to read again, such as a client secret at an identity provider.
//!
//! AES-256-GCM with a key of its own for each tenant and purpose, and a fresh nonce in front. The name of the row is bound in,
//! so that a sealed text cannot be moved to another.

use std::{fmt, sync::Arc};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use bilten_kernel::{Ctx, Secret, TenantId};

/// Derives keys from the root key of the installation, which this crate does not know.
pub trait TenantKeys: Send + Sync + fmt::Debug {
    /// Returns the key of one purpose in one tenant.
    fn key(&self, purpose: &str, tenant: TenantId) -> Secret<[u8; 32]>;
}

/// Seals and opens secrets of one purpose. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Seal {
    keys: Arc<dyn TenantKeys>,
    purpose: &'static str,
}

/// A sealed text was made with another key, for another row, or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed secret cannot be opened")]
pub struct CannotOpen;

impl Seal {
    /// Takes the source of keys, and what they are for.
    pub fn new(keys: Arc<dyn TenantKeys>, purpose: &'static str) -> Self {
        Self { keys, purpose }
    }

    /// Seals a secret for the row of this name.
    pub fn seal(&self, ctx: &Ctx, name: &str, secret: &Secret<String>) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = ctx.random();
        let mut sealed = secret.expose().as_bytes().to_vec();
        self.key(ctx.tenant)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(name.as_bytes()),
                &mut sealed,
            )
            .expect("a secret is far shorter than what the cipher takes");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`seal`](Self::seal) made for this tenant and row.
    ///
    /// # Errors
    /// See [`CannotOpen`].
    pub fn open(&self, tenant: TenantId, name: &str, sealed: &[u8]) -> Result<Secret<String>, CannotOpen> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(CannotOpen)?;
        let mut text = text.to_vec();
        let opened = self
            .key(tenant)
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(name.as_bytes()),
                &mut text,
            )
            .map_err(|_| CannotOpen)?;
        String::from_utf8(opened.to_vec())
            .map(Secret::new)
            .map_err(|_| CannotOpen)
    }

    fn key(&self, tenant: TenantId) -> LessSafeKey {
        let key = self.keys.key(self.purpose, tenant);
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).expect("keys have 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use bilten_kernel::{Actor, RequestId, SeededEntropy, Timestamp};

    use super::*;

    #[derive(Debug)]
    struct Keys;

    impl TenantKeys for Keys {
        fn key(&self, purpose: &str, tenant: TenantId) -> Secret<[u8; 32]> {
            let mut key = [0; 32];
            key[..16].copy_from_slice(tenant.uuid().as_bytes());
            key[16] = u8::try_from(purpose.len()).expect("a short purpose");
            Secret::new(key)
        }
    }

    #[test]
    fn only_the_right_tenant_row_and_purpose_open_what_was_sealed() {
        let tenant = |n: u128| TenantId::from_uuid(uuid::Uuid::from_u128(n));
        let request = RequestId::parse("r").expect("a request id");
        let entropy = Arc::new(SeededEntropy::new(1));
        let ctx = Ctx::new(tenant(1), Actor::System, request, Timestamp::UNIX_EPOCH, entropy);
        let seal = Seal::new(Arc::new(Keys), "a");
        let secret = Secret::new("hunter2".to_owned());
        let sealed = seal.seal(&ctx, "sso_1", &secret);
        assert!(!sealed.windows(6).any(|window| window == b"hunter"));
        assert_ne!(sealed, seal.seal(&ctx, "sso_1", &secret), "each has a nonce of its own");
        assert_eq!(seal.open(tenant(1), "sso_1", &sealed), Ok(secret));
        assert_eq!(seal.open(tenant(2), "sso_1", &sealed), Err(CannotOpen));
        assert_eq!(seal.open(tenant(1), "sso_2", &sealed), Err(CannotOpen));
        assert_eq!(
            Seal::new(Arc::new(Keys), "ab").open(tenant(1), "sso_1", &sealed),
            Err(CannotOpen)
        );
        assert_eq!(seal.open(tenant(1), "sso_1", &sealed[..5]), Err(CannotOpen));
    }
}
