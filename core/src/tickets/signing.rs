//! Keys that sign tickets.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bilten_kernel::{Ctx, EventId, TenantId, TicketId};
use bilten_tenancy::{DbError, TenantTx};
use ed25519_dalek::SigningKey;

use super::{TicketCode, store};
use crate::keys::MasterKey;

/// Signs codes with keys derived from the master key.
#[derive(Debug, Clone)]
pub struct TicketSigner {
    master: MasterKey,
    /// Keys that were derived lately; deriving one costs as much as signing with it.
    keys: Arc<Mutex<DerivedKeys>>,
}

/// Keys by tenant and number.
type DerivedKeys = HashMap<(TenantId, u8), Arc<SigningKey>>;

/// Derived keys that are kept at once, about 300 bytes each.
const KEPT_KEYS: usize = 1_024;

impl TicketSigner {
    /// Makes a signer.
    pub fn new(master: MasterKey) -> Self {
        Self {
            master,
            keys: Arc::default(),
        }
    }

    /// Tells whether the tenant's key has signed this code. It says nothing of whether the key is still good.
    pub fn has_signed(&self, tenant: TenantId, code: &TicketCode) -> bool {
        code.is_by(&self.key(tenant, code.key_id), tenant)
    }

    /// Returns the code of a ticket; the same ticket always has the same code.
    pub fn code(&self, tenant: TenantId, key_id: u8, ticket: TicketId, event: EventId) -> String {
        TicketCode::sign(&self.key(tenant, key_id), key_id, tenant, ticket, event)
    }

    /// Returns the public half of a key.
    pub fn public_key(&self, tenant: TenantId, key_id: u8) -> [u8; 32] {
        self.key(tenant, key_id).verifying_key().to_bytes()
    }

    fn key(&self, tenant: TenantId, key_id: u8) -> Arc<SigningKey> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = keys.get(&(tenant, key_id)) {
            return Arc::clone(key);
        }
        let seed = self.master.derive(&format!("ticket-signing:{key_id}"), tenant);
        let key = Arc::new(SigningKey::from_bytes(seed.expose()));
        if keys.len() >= KEPT_KEYS {
            keys.clear();
        }
        keys.insert((tenant, key_id), Arc::clone(&key));
        key
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
