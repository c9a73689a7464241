//! A device that makes and shows passkeys as browsers and authenticators do (Web Authentication Level 3), and that can lie.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// What a device may do other than the rules say.
#[derive(Debug, Clone, Default)]
pub struct Lie {
    /// Signs for this origin instead of the right one.
    pub origin: Option<String>,
    /// Signs for this host instead of the right one.
    pub rp_id: Option<String>,
    /// Says that nobody was verified.
    pub is_unverified: bool,
    /// Says that it was made for the other ceremony.
    pub kind: Option<&'static str>,
    /// Names somebody else as the owner.
    pub owner: Option<String>,
    /// Shows a counter of its own.
    pub counter: Option<u32>,
    /// Spoils the signature.
    pub is_forged: bool,
    /// Answers to another challenge.
    pub challenge: Option<String>,
}

/// One passkey and the device that holds it.
pub struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    origin: String,
    owner: String,
    counter: u32,
}

impl Device {
    /// Makes a device for one origin.
    pub fn new(origin: &str, id: u8) -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
            id: vec![id; 32],
            origin: origin.to_owned(),
            owner: String::new(),
            counter: 0,
        }
    }

    /// Makes the passkey that was asked for.
    pub fn create(&mut self, options: &Value, lie: &Lie) -> String {
        let options = &options["publicKey"];
        self.owner = options["user"]["id"].as_str().expect("an owner").to_owned();
        let client = self.client_data("webauthn.create", options, lie);
        let data = self.authenticator_data(options["rp"]["id"].as_str().expect("a host"), lie, true);
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend(b"fmt");
        attestation.push(0x64);
        attestation.extend(b"none");
        attestation.push(0x67);
        attestation.extend(b"attStmt");
        attestation.extend([0xa0, 0x68]);
        attestation.extend(b"authData");
        attestation.extend([0x58, u8::try_from(data.len()).expect("it is short")]);
        attestation.extend(data);
        let response = json!({
            "clientDataJSON": BASE64URL_NOPAD.encode(&client),
            "attestationObject": BASE64URL_NOPAD.encode(&attestation),
        });
        self.credential(&response)
    }

    /// Signs the challenge of a log-in.
    pub fn get(&mut self, options: &Value, lie: &Lie) -> String {
        let options = &options["publicKey"];
        self.counter += 1;
        let client = self.client_data("webauthn.get", options, lie);
        let data = self.authenticator_data(options["rpId"].as_str().expect("a host"), lie, false);
        let signed = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("it signs");
        let mut signature = signature.as_ref().to_vec();
        if lie.is_forged {
            let last = signature.last_mut().expect("it has bytes");
            *last ^= 1;
        }
        let response = json!({
            "clientDataJSON": BASE64URL_NOPAD.encode(&client),
            "authenticatorData": BASE64URL_NOPAD.encode(&data),
            "signature": BASE64URL_NOPAD.encode(&signature),
            "userHandle": lie.owner.as_ref().unwrap_or(&self.owner),
        });
        self.credential(&response)
    }

    /// The id of the passkey, as another one would claim it.
    pub fn take_id_of(&mut self, other: &Self) {
        self.id.clone_from(&other.id);
        self.owner.clone_from(&other.owner);
    }

    /// Whom the passkey names.
    pub fn owner(&self) -> String {
        self.owner.clone()
    }

    fn credential(&self, response: &Value) -> String {
        let id = BASE64URL_NOPAD.encode(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": response})
            .to_string()
    }

    fn client_data(&self, kind: &str, options: &Value, lie: &Lie) -> Vec<u8> {
        let challenge = lie.challenge.clone();
        let challenge = challenge.unwrap_or_else(|| options["challenge"].as_str().expect("a challenge").to_owned());
        json!({
            "type": lie.kind.unwrap_or(kind),
            "challenge": challenge,
            "origin": lie.origin.as_ref().unwrap_or(&self.origin),
            "crossOrigin": false,
        })
        .to_string()
        .into_bytes()
    }

    fn authenticator_data(&self, host: &str, lie: &Lie, is_new: bool) -> Vec<u8> {
        let host = lie.rp_id.as_deref().unwrap_or(host);
        let mut data = Sha256::digest(host.as_bytes()).to_vec();
        let verified = if lie.is_unverified { 0 } else { VERIFIED };
        data.push(PRESENT | verified | if is_new { ATTESTED } else { 0 });
        data.extend(lie.counter.unwrap_or(self.counter).to_be_bytes());
        if is_new {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).expect("it is short").to_be_bytes());
            data.extend(&self.id);
            data.extend(self.cose_key());
        }
        data
    }

    /// The public key as RFC 9052 writes it: EC2, ES256, P-256.
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(x);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(y);
        key
    }
}
