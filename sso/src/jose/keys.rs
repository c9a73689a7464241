//! Public keys of an identity provider.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::Value;

/// Most keys of a set that are read.
const MAX_KEYS: usize = 64;

/// A signature algorithm that we take (RFC 7518 §3.1, RFC 8037): public key, SHA-2 or better, nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alg {
    /// RSA with PKCS #1 v1.5.
    Rs256,
    /// RSA with PSS.
    Ps256,
    /// ECDSA on P-256.
    Es256,
    /// ECDSA on P-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

impl Alg {
    /// Finds an algorithm by its exact name.
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// Keys with which a provider signs. Keys that we cannot use are left out when the set is read.
#[derive(Debug, Clone, Default)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Debug, Clone)]
pub(super) struct Key {
    kid: Option<String>,
    /// The one algorithm that the key says it is for.
    alg: Option<Alg>,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a set; `None` when it is none.
    pub fn read(json: &[u8]) -> Option<Self> {
        let set: Jwks = serde_json::from_slice(json).ok()?;
        let keys = set.keys.into_iter().take(MAX_KEYS);
        Some(Self {
            keys: keys.filter_map(Key::read).collect(),
        })
    }

    /// Number of usable keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Finds the one key that fits. Without a name there must be only one that could.
    pub(super) fn find(&self, alg: Alg, kid: Option<&str>) -> Option<&Key> {
        let mut fitting = self.keys.iter().filter(|key| {
            let is_named = kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
            is_named && key.fits(alg)
        });
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }
}

impl Key {
    fn read(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => Material::Rsa {
                n: number(jwk.n.as_deref()?)?,
                e: number(jwk.e.as_deref()?)?,
            },
            ("EC", Some("P-256")) => Material::P256(point(&jwk, 32)?),
            ("EC", Some("P-384")) => Material::P384(point(&jwk, 48)?),
            ("OKP", Some("Ed25519")) => Material::Ed25519(sized(jwk.x.as_deref()?, 32)?),
            _ => return None,
        };
        let alg = match jwk.alg.as_deref() {
            None => None,
            Some(name) => Some(Alg::find(name)?),
        };
        Some(Self {
            kid: jwk.kid,
            alg,
            material,
        })
    }

    fn fits(&self, alg: Alg) -> bool {
        let is_of_kind = matches!(
            (&self.material, alg),
            (Material::Rsa { .. }, Alg::Rs256 | Alg::Ps256)
                | (Material::P256(_), Alg::Es256)
                | (Material::P384(_), Alg::Es384)
                | (Material::Ed25519(_), Alg::EdDsa)
        );
        is_of_kind && self.alg.is_none_or(|own| own == alg)
    }

    /// Tells whether the signature is this key's. RSA keys below 2,048 bits never sign.
    pub(super) fn verify(&self, alg: Alg, signed: &[u8], signature: &[u8]) -> bool {
        let verdict = match (&self.material, alg) {
            (Material::Rsa { n, e }, Alg::Rs256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
            (Material::Rsa { n, e }, Alg::Ps256) => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, signed, signature)
            }
            (Material::P256(point), Alg::Es256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
            (Material::P384(point), Alg::Es384) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(signed, signature)
            }
            (Material::Ed25519(key), Alg::EdDsa) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature),
            _ => return false,
        };
        verdict.is_ok()
    }
}

/// A positive number without zeros in front, as the library wants it.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let first = bytes.iter().position(|byte| *byte != 0)?;
    bytes.get(first..).map(<[u8]>::to_vec)
}

fn sized(text: &str, bytes: usize) -> Option<Vec<u8>> {
    let found = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    (found.len() == bytes).then_some(found)
}

/// An uncompressed point (SEC 1 §2.3.3).
fn point(jwk: &Jwk, bytes: usize) -> Option<Vec<u8>> {
    let (x, y) = (sized(jwk.x.as_deref()?, bytes)?, sized(jwk.y.as_deref()?, bytes)?);
    Some([&[4][..], &x, &y].concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn ed(kid: Option<&str>) -> Value {
        let x = BASE64URL_NOPAD.encode(&[7; 32]);
        match kid {
            Some(kid) => json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid }),
            None => json!({ "kty": "OKP", "crv": "Ed25519", "x": x }),
        }
    }

    fn set(keys: &[Value]) -> KeySet {
        KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).expect("a set")
    }

    #[test]
    fn without_a_name_only_a_lonely_key_is_taken() {
        let two = set(&[ed(Some("a")), ed(Some("b"))]);
        assert!(two.find(Alg::EdDsa, None).is_none());
        assert!(two.find(Alg::EdDsa, Some("b")).is_some());
        assert!(two.find(Alg::EdDsa, Some("c")).is_none());
        assert!(set(&[ed(None)]).find(Alg::EdDsa, None).is_some());
        assert!(set(&[ed(None)]).find(Alg::EdDsa, Some("a")).is_none());
        assert!(
            set(&[ed(Some("a")), ed(Some("a"))])
                .find(Alg::EdDsa, Some("a"))
                .is_none()
        );
        assert!(set(&[ed(Some("a"))]).find(Alg::Rs256, Some("a")).is_none());
    }

    #[test]
    fn keys_that_we_cannot_use_are_left_out() {
        let short = BASE64URL_NOPAD.encode(&[7; 31]);
        let keys = set(&[
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            json!({ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA" }),
            json!({ "kty": "OKP", "crv": "Ed25519", "x": short }),
            json!({ "kty": "RSA", "n": "AAAA", "e": "AQAB", "use": "enc" }),
            json!({ "kty": "RSA", "n": "", "e": "AQAB" }),
            json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&[7; 32]), "alg": "HS256" }),
            json!("key"),
        ]);
        assert!(keys.is_empty(), "{}", keys.len());
        assert!(KeySet::read(b"{}").is_none() && KeySet::read(b"[]").is_none());
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = KeySet::read(&bytes);
        }
    }
}
