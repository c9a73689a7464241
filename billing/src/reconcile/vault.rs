//! Encrypts what providers send before it is stored: notices speak of buyers.
//!
//! AES-256-GCM with a key of its own for each tenant, derived from the master key, and a fresh nonce in front. The name of
//! the row is bound in, so that a sealed text cannot be moved to another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use bilten_core::MasterKey;
use bilten_kernel::{Ctx, TenantId};

/// Purpose of the derived key.
const PURPOSE: &str = "provider events";

/// Seals and opens stored notices.
#[derive(Debug, Clone)]
pub struct Vault(MasterKey);

/// A sealed text was made with another key, for another row, or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored notice cannot be opened")]
pub struct CannotOpen;

impl Vault {
    /// Takes the key of the installation.
    pub const fn new(master_key: MasterKey) -> Self {
        Self(master_key)
    }

    /// Seals a text for the row of this name.
    pub fn seal(&self, ctx: &Ctx, name: &str, text: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = ctx.random();
        let mut sealed = text.to_vec();
        self.key(ctx.tenant)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(name.as_bytes()),
                &mut sealed,
            )
            .expect("a notice is far shorter than what the cipher takes");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`seal`](Self::seal) made for this tenant and row.
    ///
    /// # Errors
    /// See [`CannotOpen`].
    pub fn open(&self, tenant: TenantId, name: &str, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
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
        Ok(opened.to_vec())
    }

    fn key(&self, tenant: TenantId) -> LessSafeKey {
        let key = self.0.derive(PURPOSE, tenant);
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).expect("derived keys have 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bilten_kernel::{Actor, RequestId, SeededEntropy, Timestamp};

    use super::*;

    fn ctx(tenant: u128) -> Ctx {
        let tenant = TenantId::from_uuid(uuid::Uuid::from_u128(tenant));
        let request = RequestId::parse("r").unwrap();
        Ctx::new(
            tenant,
            Actor::System,
            request,
            Timestamp::UNIX_EPOCH,
            Arc::new(SeededEntropy::new(1)),
        )
    }

    #[test]
    fn only_the_right_tenant_row_and_key_open_what_was_sealed() {
        let vault = Vault::new(MasterKey::new([1; 32]));
        let ctx = ctx(1);
        let sealed = vault.seal(&ctx, "evt_1", b"a buyer's name");
        assert!(!sealed.windows(5).any(|w| w == b"buyer"));
        assert_ne!(
            sealed,
            vault.seal(&ctx, "evt_1", b"a buyer's name"),
            "each has a nonce of its own"
        );
        assert_eq!(vault.open(ctx.tenant, "evt_1", &sealed).unwrap(), b"a buyer's name");
        let other = TenantId::from_uuid(uuid::Uuid::from_u128(2));
        assert_eq!(vault.open(other, "evt_1", &sealed), Err(CannotOpen));
        assert_eq!(vault.open(ctx.tenant, "evt_2", &sealed), Err(CannotOpen));
        assert_eq!(vault.open(ctx.tenant, "evt_1", &sealed[..5]), Err(CannotOpen));
        let another = Vault::new(MasterKey::new([2; 32]));
        assert_eq!(another.open(ctx.tenant, "evt_1", &sealed), Err(CannotOpen));
    }
}
