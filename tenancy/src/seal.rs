//! Encrypts what must be read again: secrets of others, factors of staff, notices that speak of buyers.
//!
//! AES-256-GCM (NIST SP 800-38D) with a fresh nonce of 12 bytes in front and a tag of 16 behind. Each tenant and purpose has a key
//! of its own, which the caller derives. The name of the row is bound in, so that a sealed text cannot be moved to another row.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use bilten_kernel::{Ctx, Secret};

/// Key of one tenant and one purpose.
#[derive(Debug, Clone)]
pub struct SealKey(Secret<[u8; 32]>);

/// A sealed text was made with another key, for another row, or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed cannot be opened")]
pub struct CannotOpen;

impl SealKey {
    /// Takes a derived key.
    pub const fn new(key: Secret<[u8; 32]>) -> Self {
        Self(key)
    }

    /// Seals a text for the row of this name.
    pub fn seal(&self, ctx: &Ctx, name: &[u8], text: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = ctx.random();
        let mut sealed = text.to_vec();
        self.cipher()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut sealed)
            .expect("a row is far shorter than what the cipher takes");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what [`seal`](Self::seal) made with this key for this row.
    ///
    /// # Errors
    /// See [`CannotOpen`].
    pub fn open(&self, name: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(CannotOpen)?;
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.cipher().open_in_place(nonce, Aad::from(name), &mut text);
        opened.map(|text| text.to_vec()).map_err(|_| CannotOpen)
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.0.expose()).expect("keys have 32 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bilten_kernel::{Actor, RequestId, SeededEntropy, TenantId, Timestamp};

    use super::*;

    #[test]
    fn only_the_right_key_and_row_open_what_was_sealed_and_changed_by_nobody() {
        let tenant = TenantId::from_uuid(uuid::Uuid::from_u128(1));
        let request = RequestId::parse("r").expect("a request id");
        let entropy = Arc::new(SeededEntropy::new(1));
        let ctx = Ctx::new(tenant, Actor::System, request, Timestamp::UNIX_EPOCH, entropy);
        let key = |n| SealKey::new(Secret::new([n; 32]));
        let sealed = key(1).seal(&ctx, b"row_1", b"a buyer's name");
        assert!(!sealed.windows(5).any(|window| window == b"buyer"));
        assert_ne!(
            sealed,
            key(1).seal(&ctx, b"row_1", b"a buyer's name"),
            "each has a nonce of its own"
        );
        assert_eq!(key(1).open(b"row_1", &sealed).as_deref(), Ok(&b"a buyer's name"[..]));
        assert_eq!(key(2).open(b"row_1", &sealed), Err(CannotOpen));
        assert_eq!(key(1).open(b"row_2", &sealed), Err(CannotOpen));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key(1).open(b"row_1", &changed), Err(CannotOpen), "byte {at}");
            assert_eq!(key(1).open(b"row_1", &sealed[..at]), Err(CannotOpen), "cut at {at}");
        }
    }
}
