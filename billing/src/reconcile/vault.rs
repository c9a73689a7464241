//! Encrypts what providers send before it is stored: notices speak of buyers.
//!
//! Each tenant has a key of its own, derived from the master key; the cipher is [`bilten_tenancy::seal`].

use bilten_core::MasterKey;
use bilten_kernel::{Ctx, TenantId};
pub use bilten_tenancy::seal::CannotOpen;
use bilten_tenancy::seal::SealKey;

/// Purpose of the derived key.
const PURPOSE: &str = "provider events";

/// Seals and opens stored notices.
#[derive(Debug, Clone)]
pub struct Vault(MasterKey);

impl Vault {
    /// Takes the key of the installation.
    pub const fn new(master_key: MasterKey) -> Self {
        Self(master_key)
    }

    /// Seals a text for the row of this name.
    pub fn seal(&self, ctx: &Ctx, name: &str, text: &[u8]) -> Vec<u8> {
        self.key(ctx.tenant).seal(ctx, name.as_bytes(), text)
    }

    /// Opens what [`seal`](Self::seal) made for this tenant and row.
    ///
    /// # Errors
    /// See [`CannotOpen`].
    pub fn open(&self, tenant: TenantId, name: &str, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        self.key(tenant).open(name.as_bytes(), sealed)
    }

    fn key(&self, tenant: TenantId) -> SealKey {
        SealKey::new(self.0.derive(PURPOSE, tenant))
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
