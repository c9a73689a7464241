//! Keys with which the provider signs.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::{
    hmac as mac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaEncoding, RsaKeyPair,
    },
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// A key with its name.
#[derive(Clone)]
pub struct Key {
    /// Name; none when it is empty.
    pub kid: String,
    pair: Pair,
}

#[derive(Clone)]
enum Pair {
    Rsa(Arc<RsaKeyPair>),
    P256(Arc<EcdsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

impl Key {
    /// An RSA key. Making one is dear: all tests of a process share the first, under its names.
    pub fn rsa(kid: &str) -> Self {
        static SHARED: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
        let pair = SHARED.get_or_init(fresh_rsa);
        Self::new(kid, Pair::Rsa(Arc::clone(pair)))
    }

    /// A key on P-256.
    pub fn p256(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self::new(kid, Pair::P256(Arc::new(pair)))
    }

    /// An Ed25519 key.
    pub fn ed25519(kid: &str) -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        Self::new(kid, Pair::Ed25519(Arc::new(pair)))
    }

    fn new(kid: &str, pair: Pair) -> Self {
        Self {
            kid: kid.to_owned(),
            pair,
        }
    }

    /// A key of the same kind that nobody knows.
    pub(super) fn stranger(&self) -> Self {
        static FORGER: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
        match &self.pair {
            Pair::Rsa(_) => Self::new(&self.kid, Pair::Rsa(Arc::clone(FORGER.get_or_init(fresh_rsa)))),
            Pair::P256(_) => Self::p256(&self.kid),
            Pair::Ed25519(_) => Self::ed25519(&self.kid),
        }
    }

    /// The algorithm that it signs with.
    pub(super) const fn alg(&self) -> &'static str {
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::P256(_) => "ES256",
            Pair::Ed25519(_) => "EdDSA",
        }
    }

    /// The key as others may see it.
    pub fn public(&self) -> Value {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Rsa(pair) => {
                // RFC 8017 appendix A.1.1: for 2,048 bits both numbers stand at fixed places.
                let der = pair.public_key().as_ref();
                assert_eq!(
                    (der.len(), &der[4..8]),
                    (270, &[2, 0x82, 1, 1][..]),
                    "a key of 2,048 bits"
                );
                json!({ "kty": "RSA", "n": text(&der[9..265]), "e": text(&der[267..]) })
            }
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]) })
            }
            Pair::Ed25519(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) }),
        };
        jwk["use"] = json!("sig");
        if !self.kid.is_empty() {
            jwk["kid"] = json!(self.kid);
        }
        jwk
    }

    /// Signs; RSA with PSS when that is asked for.
    pub(super) fn sign(&self, message: &[u8], alg: Option<&str>) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding: &'static dyn RsaEncoding = match alg {
                    Some("PS256") => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                pair.sign(padding, &random, message, &mut signature)
                    .expect("a signature");
                signature
            }
            Pair::P256(pair) => pair.sign(&random, message).expect("a signature").as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

fn fresh_rsa() -> Arc<RsaKeyPair> {
    Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
}

/// HMAC-SHA256, for tokens that are signed with what is no secret.
pub(super) fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    mac::sign(&mac::Key::new(mac::HMAC_SHA256, secret), message)
        .as_ref()
        .to_vec()
}
