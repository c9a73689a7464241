//! Compact signed code of a ticket.
//!
//! Layout: version (1 byte, 1), key number (1), ticket (16), event (16), Ed25519 signature
//! (64, RFC 8032) over `"ticket" ‖ tenant ‖ the bytes before`; written in base32 without padding,
//! which a QR symbol stores in its alphanumeric mode.

use bilten_kernel::{EventId, TenantId, TicketId};
use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

const VERSION: u8 = 1;
const BODY: usize = 34;
const LENGTH: usize = BODY + 64;

/// Why a text is no genuine ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// It is not shaped like a ticket's code.
    #[error("not a ticket code")]
    Malformed,
    /// The tenant has no key of this number.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("signature does not fit")]
    BadSignature,
}

/// Code that was read but not yet verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketCode {
    /// Number of the key that is said to have signed.
    pub key_id: u8,
    /// Ticket.
    pub ticket: TicketId,
    /// Event.
    pub event: EventId,
    signature: [u8; 64],
}

impl TicketCode {
    /// Signs the code of a ticket.
    pub fn sign(key: &SigningKey, key_id: u8, tenant: TenantId, ticket: TicketId, event: EventId) -> String {
        let body = body(key_id, ticket, event);
        let signature = key.sign(&message(tenant, &body));
        BASE32_NOPAD.encode(&[body.as_slice(), &signature.to_bytes()].concat())
    }

    /// Reads a code as scanned or typed: case, blanks and hyphens do not matter.
    ///
    /// # Errors
    /// The text has another shape.
    pub fn read(text: &str) -> Result<Self, CodeError> {
        if text.len() > 1_024 {
            return Err(CodeError::Malformed);
        }
        let cleaned: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let bytes = BASE32_NOPAD
            .decode(cleaned.as_bytes())
            .map_err(|_| CodeError::Malformed)?;
        let bytes: [u8; LENGTH] = bytes.try_into().map_err(|_| CodeError::Malformed)?;
        if bytes[0] != VERSION {
            return Err(CodeError::Malformed);
        }
        let uuid = |from: usize| Uuid::from_slice(&bytes[from..from + 16]).map_err(|_| CodeError::Malformed);
        let mut signature = [0; 64];
        signature.copy_from_slice(&bytes[BODY..]);
        Ok(Self {
            key_id: bytes[1],
            ticket: uuid(2)?.into(),
            event: uuid(18)?.into(),
            signature,
        })
    }

    /// Tells whether this key made the signature: the same ticket always has the same one (RFC 8032 §5.1.6).
    pub(super) fn is_by(&self, key: &SigningKey, tenant: TenantId) -> bool {
        let body = body(self.key_id, self.ticket, self.event);
        key.sign(&message(tenant, &body))
            .to_bytes()
            .ct_eq(&self.signature)
            .into()
    }

    /// Checks the signature; needs no database and no network.
    ///
    /// # Errors
    /// The tenant did not sign this.
    pub fn verify(&self, public_key: &[u8; 32], tenant: TenantId) -> Result<(), CodeError> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| CodeError::UnknownKey)?;
        let body = body(self.key_id, self.ticket, self.event);
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&message(tenant, &body), &signature)
            .map_err(|_| CodeError::BadSignature)
    }
}

fn body(key_id: u8, ticket: TicketId, event: EventId) -> [u8; BODY] {
    let mut body = [0; BODY];
    body[0] = VERSION;
    body[1] = key_id;
    body[2..18].copy_from_slice(ticket.uuid().as_bytes());
    body[18..].copy_from_slice(event.uuid().as_bytes());
    body
}

fn message(tenant: TenantId, body: &[u8]) -> Vec<u8> {
    [b"ticket".as_slice(), tenant.uuid().as_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> (TenantId, TicketId, EventId) {
        (
            Uuid::from_u128(1).into(),
            Uuid::from_u128(2).into(),
            Uuid::from_u128(3).into(),
        )
    }

    #[test]
    fn a_code_is_verified_offline_and_only_for_its_tenant() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let (tenant, ticket, event) = ids();
        let text = TicketCode::sign(&key, 1, tenant, ticket, event);
        assert_eq!(text.len(), 157);
        let read = TicketCode::read(&format!(" {}-{}\n", &text[..50].to_lowercase(), &text[50..])).unwrap();
        assert_eq!((read.ticket, read.event, read.key_id), (ticket, event, 1));
        let public = key.verifying_key().to_bytes();
        assert_eq!(read.verify(&public, tenant), Ok(()));
        assert_eq!(
            read.verify(&public, Uuid::from_u128(4).into()),
            Err(CodeError::BadSignature)
        );
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes();
        assert_eq!(read.verify(&other, tenant), Err(CodeError::BadSignature));
    }

    #[test]
    fn every_changed_letter_is_noticed() {
        let key = SigningKey::from_bytes(&[9; 32]);
        let (tenant, ticket, event) = ids();
        let text = TicketCode::sign(&key, 1, tenant, ticket, event);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let is_refused = TicketCode::read(&changed)
                .and_then(|code| code.verify(&key.verifying_key().to_bytes(), tenant))
                .is_err();
            assert!(is_refused, "{changed}");
        }
        for odd in ["", "ABC", "ø", &text[1..], &"A".repeat(157), &"A".repeat(5_000)] {
            assert_eq!(TicketCode::read(odd), Err(CodeError::Malformed));
        }
    }
}
