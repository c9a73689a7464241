//! Signed heads: how far a tenant's chain had come at an hour, in a form that proves it outside the database.

use std::{fmt, sync::Arc};

use bilten_kernel::{Secret, TenantId, Timestamp};
use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How far a chain had come, signed with the tenant's key (Ed25519, RFC 8032).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// Whose chain it is.
    pub tenant: TenantId,
    /// Number of the link.
    pub seq: i64,
    /// Its hash.
    #[serde(serialize_with = "write_hex", deserialize_with = "read_hex")]
    pub hash: [u8; 32],
    /// When it was signed.
    pub at: Timestamp,
    /// Signature over all of it.
    #[serde(serialize_with = "write_hex", deserialize_with = "read_hex")]
    pub signature: [u8; 64],
}

/// Signs heads. Each tenant has a key of its own, told from the installation's secret and stored nowhere.
#[derive(Clone)]
pub struct HeadSigner(Arc<dyn Fn(TenantId) -> Secret<[u8; 32]> + Send + Sync>);

impl fmt::Debug for HeadSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeadSigner(…)")
    }
}

impl HeadSigner {
    /// Makes a signer of what tells each tenant's secret.
    pub fn new(seeds: impl Fn(TenantId) -> Secret<[u8; 32]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(seeds))
    }

    /// Signs a link of a chain.
    pub fn sign(&self, tenant: TenantId, (seq, hash): (i64, [u8; 32]), at: Timestamp) -> SignedHead {
        let signature = self.key(tenant).sign(&message(tenant, (seq, &hash), at)).to_bytes();
        SignedHead {
            tenant,
            seq,
            hash,
            at,
            signature,
        }
    }

    /// Returns the public half of a tenant's key.
    pub fn public_key(&self, tenant: TenantId) -> [u8; 32] {
        self.key(tenant).verifying_key().to_bytes()
    }

    fn key(&self, tenant: TenantId) -> SigningKey {
        SigningKey::from_bytes((self.0)(tenant).expose())
    }
}

impl SignedHead {
    /// Tells whether the key signed it.
    pub fn is_signed_by(&self, key: &[u8; 32]) -> bool {
        let message = message(self.tenant, (self.seq, &self.hash), self.at);
        VerifyingKey::from_bytes(key)
            .and_then(|key| key.verify_strict(&message, &Signature::from_bytes(&self.signature)))
            .is_ok()
    }
}

/// What is signed: a name of the format, then fields of fixed length. Times count to the microsecond, as the database keeps them.
fn message(tenant: TenantId, (seq, hash): (i64, &[u8; 32]), at: Timestamp) -> Vec<u8> {
    let mut message = b"audit head 1\0".to_vec();
    message.extend_from_slice(tenant.uuid().as_bytes());
    message.extend_from_slice(&seq.to_be_bytes());
    message.extend_from_slice(hash);
    message.extend_from_slice(&at.as_microsecond().to_be_bytes());
    message
}

pub(super) fn write_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&HEXLOWER.encode(bytes))
}

pub(super) fn read_hex<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(serde::de::Error::custom)?;
    bytes
        .try_into()
        .map_err(|_| serde::de::Error::custom("has another number of digits"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_head_is_bound_to_everything_that_it_says() {
        let signer = HeadSigner::new(|tenant| {
            let mut seed = [7; 32];
            seed[..16].copy_from_slice(tenant.uuid().as_bytes());
            Secret::new(seed)
        });
        let [one, two] = [1, 2].map(|n| TenantId::from_uuid(Uuid::from_u128(n)));
        let at = Timestamp::from_microsecond(1_700_000_000_000_123).unwrap();
        let head = signer.sign(one, (9, [3; 32]), at);
        let key = signer.public_key(one);
        assert!(head.is_signed_by(&key));
        assert!(!head.is_signed_by(&signer.public_key(two)));
        let later = at + jiff::SignedDuration::from_micros(1);
        for changed in [
            SignedHead {
                tenant: two,
                ..head.clone()
            },
            SignedHead { seq: 8, ..head.clone() },
            SignedHead {
                hash: [4; 32],
                ..head.clone()
            },
            SignedHead {
                at: later,
                ..head.clone()
            },
        ] {
            assert!(!changed.is_signed_by(&key), "{changed:?}");
        }
        let text = serde_json::to_string(&head).unwrap();
        assert_eq!(serde_json::from_str::<SignedHead>(&text).unwrap(), head);
        assert!(serde_json::from_str::<SignedHead>(&text.replace("03", "3")).is_err());
    }
}
