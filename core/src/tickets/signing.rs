//! Keys that sign tickets.

use bilten_kernel::{Ctx, EventId, TenantId, TicketId};
use bilten_tenancy::{DbError, TenantTx};
use ed25519_dalek::SigningKey;

use super::{TicketCode, store};
use crate::keys::MasterKey;

/// Signs codes with keys derived from the master key.
#[derive(Debug, Clone)]
pub struct TicketSigner {
    master: MasterKey,
}

impl TicketSigner {
    /// Makes a signer.
    pub const fn new(master: MasterKey) -> Self {
        Self { master }
    }

    /// Returns the code of a ticket; the same ticket always has the same code.
    pub fn code(&self, tenant: TenantId, key_id: u8, ticket: TicketId, event: EventId) -> String {
        TicketCode::sign(&self.key(tenant, key_id), key_id, tenant, ticket, event)
    }

    /// Returns the public half of a key.
    pub fn public_key(&self, tenant: TenantId, key_id: u8) -> [u8; 32] {
        self.key(tenant, key_id).verifying_key().to_bytes()
    }

    fn key(&self, tenant: TenantId, key_id: u8) -> SigningKey {
        let seed = self.master.derive(&format!("ticket-signing:{key_id}"), tenant);
        SigningKey::from_bytes(seed.expose())
    }
}

/// Gives the tenant the key of this number, unless it has it.
///
/// # Errors
/// The database refused.
pub async fn create_signing_key(
    ctx: &Ctx,
    tx: &mut TenantTx,
    signer: &TicketSigner,
    key_id: u8,
) -> Result<(), DbError> {
    let public_key = signer.public_key(tx.tenant(), key_id);
    store::insert_key(tx, key_id, &public_key, ctx.now()).await
}

/// Lists the tenant's public keys by number, for scanners that work offline.
///
/// # Errors
/// The database refused.
pub async fn list_public_keys(tx: &mut TenantTx) -> Result<Vec<(u8, [u8; 32])>, DbError> {
    store::list_keys(tx).await
}
