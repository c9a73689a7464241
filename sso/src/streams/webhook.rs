//! Signatures of batches, in the manner of Standard Webhooks (<https://www.standardwebhooks.com>): an HMAC-SHA256 over id, time and
//! body, with every secret that counts.

use bilten_kernel::{Ctx, Secret};
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// The secret of a stream: `whsec_` and 32 random bytes in base64.
#[derive(Debug, Clone)]
pub struct StreamSecret(Secret<String>);

impl StreamSecret {
    /// Makes a fresh one.
    pub fn random(ctx: &Ctx) -> Self {
        Self(Secret::new(format!("{PREFIX}{}", BASE64.encode(&ctx.random::<32>()))))
    }

    pub(super) const fn from_sealed(text: Secret<String>) -> Self {
        Self(text)
    }

    /// Returns the text, to be shown once.
    pub const fn expose(&self) -> &String {
        self.0.expose()
    }

    pub(super) const fn secret(&self) -> &Secret<String> {
        &self.0
    }

    fn key(&self) -> Vec<u8> {
        let text = self.0.expose();
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        BASE64.decode(encoded.as_bytes()).unwrap_or_default()
    }
}

/// Signs a body with each secret; receivers take the message when any of the signatures is right.
pub(super) fn sign(secrets: &[StreamSecret], id: &str, seconds: i64, body: &[u8]) -> String {
    let signatures = secrets.iter().map(|secret| {
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret.key()).expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body);
        format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn signatures_are_those_of_the_specification() {
        let secret = StreamSecret(Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()));
        let body = br#"{"test": 2432232314}"#;
        let signed = sign(
            &[secret.clone(), secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            body,
        );
        let one = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed, format!("{one} {one}"));
    }
}
