//! Encrypts secrets of others that we must be able to read again, such as a client secret at an identity provider.
//!
//! Each tenant and purpose has a key of its own; the cipher is [`bilten_tenancy::seal`].

use std::{fmt, sync::Arc};

use bilten_kernel::{Ctx, Secret, TenantId};
pub use bilten_tenancy::seal::CannotOpen;
use bilten_tenancy::seal::SealKey;

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

impl Seal {
    /// Takes the source of keys, and what they are for.
    pub fn new(keys: Arc<dyn TenantKeys>, purpose: &'static str) -> Self {
        Self { keys, purpose }
    }

    /// Seals a secret for the row of this name.
    pub fn seal(&self, ctx: &Ctx, name: &str, secret: &Secret<String>) -> Vec<u8> {
        self.key(ctx.tenant)
            .seal(ctx, name.as_bytes(), secret.expose().as_bytes())
    }

    /// Opens what [`seal`](Self::seal) made for this tenant and row.
    ///
    /// # Errors
    /// See [`CannotOpen`].
    pub fn open(&self, tenant: TenantId, name: &str, sealed: &[u8]) -> Result<Secret<String>, CannotOpen> {
        let text = self.key(tenant).open(name.as_bytes(), sealed)?;
        String::from_utf8(text).map(Secret::new).map_err(|_| CannotOpen)
    }

    fn key(&self, tenant: TenantId) -> SealKey {
        SealKey::new(self.keys.key(self.purpose, tenant))
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
