//! Keys that are derived from the platform's master key, never stored.
//!
//! Each purpose and tenant has a key of its own: HMAC-SHA256 of the master key over both.

use bilten_kernel::{Secret, TenantId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Root of all derived keys.
#[derive(Debug, Clone)]
pub struct MasterKey(Secret<[u8; 32]>);

impl MasterKey {
    /// Wraps the 32 bytes of the configuration.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(Secret::new(key))
    }

    /// Derives the key of one purpose in one tenant.
    pub fn derive(&self, purpose: &str, tenant: TenantId) -> Secret<[u8; 32]> {
        Secret::new(mac(
            self.0.expose(),
            &[purpose.as_bytes(), &[0], tenant.uuid().as_bytes()],
        ))
    }
}

/// HMAC-SHA256 (RFC 2104) over the parts, one behind another.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
