//! Signatures of webhooks: `t=<unix seconds>,v1=<hex>[,v1=<hex>…]`, HMAC-SHA256 over `<t>.<body>`.
//!
//! While a secret is being changed both the old and the new one are in force on either side,
//! hence several secrets and several `v1`.

use bilten_kernel::{Secret, Timestamp};
use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::unix_seconds;

/// Oldest (and youngest) signature that is accepted, in seconds; what is older may be a replay.
pub const TOLERANCE_S: i64 = 300;

/// At most this many `v1` parts are looked at.
const MAX_CANDIDATES: usize = 8;

/// Says why a webhook is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no signature, or it cannot be read.
    #[error("signature is missing or malformed")]
    Malformed,
    /// No secret in force made this signature.
    #[error("signature does not match")]
    Mismatch,
    /// The signature's time is too far from ours.
    #[error("signature is too old or from the future")]
    Stale,
    /// The body is no event.
    #[error("event is malformed")]
    BadEvent,
}

/// Signs a body with each of the secrets.
pub fn sign(secrets: &[Secret<Vec<u8>>], at: Timestamp, body: &[u8]) -> String {
    let seconds = unix_seconds(at);
    let mut header = format!("t={seconds}");
    for secret in secrets {
        header.push_str(",v1=");
        header.push_str(&HEXLOWER_PERMISSIVE.encode(&digest(secret, seconds, body).finalize().into_bytes()));
    }
    header
}

/// Checks a signature against the secrets in force, and its age.
///
/// # Errors
/// It is malformed, made by none of the secrets, or too old.
pub fn verify_signature(
    secrets: &[Secret<Vec<u8>>],
    now: Timestamp,
    header: &str,
    body: &[u8],
) -> Result<(), SignatureError> {
    let mut seconds = None;
    let mut candidates = Vec::new();
    for (name, value) in header.split(',').filter_map(|part| part.trim().split_once('=')) {
        match name {
            "t" => seconds = value.parse::<i64>().ok(),
            "v1" if candidates.len() < MAX_CANDIDATES => {
                candidates.extend(HEXLOWER_PERMISSIVE.decode(value.as_bytes()));
            }
            _ => {}
        }
    }
    let seconds = seconds.ok_or(SignatureError::Malformed)?;
    if candidates.is_empty() {
        return Err(SignatureError::Malformed);
    }
    let is_match = |secret: &Secret<Vec<u8>>| {
        let made = digest(secret, seconds, body);
        candidates.iter().any(|c| made.clone().verify_slice(c).is_ok())
    };
    if !secrets.iter().any(is_match) {
        return Err(SignatureError::Mismatch);
    }
    if unix_seconds(now).abs_diff(seconds) > TOLERANCE_S.unsigned_abs() {
        return Err(SignatureError::Stale);
    }
    Ok(())
}

fn digest(secret: &Secret<Vec<u8>>, seconds: i64, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose()).expect("HMAC takes keys of any length");
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn secret(text: &str) -> Secret<Vec<u8>> {
        Secret::new(text.as_bytes().to_vec())
    }

    #[test]
    fn a_right_signature_is_believed_only_for_a_while_and_for_its_body() {
        let secrets = [secret("a")];
        let header = sign(&secrets, at(1_000_000), b"{}");
        assert_eq!(verify_signature(&secrets, at(1_000_000), &header, b"{}"), Ok(()));
        assert_eq!(verify_signature(&secrets, at(1_000_300), &header, b"{}"), Ok(()));
        for (now, body, error) in [
            (1_000_301, &b"{}"[..], SignatureError::Stale),
            (999_699, b"{}", SignatureError::Stale),
            (1_000_000, b"{ }", SignatureError::Mismatch),
        ] {
            assert_eq!(verify_signature(&secrets, at(now), &header, body), Err(error));
        }
        let other = [secret("b")];
        assert_eq!(
            verify_signature(&other, at(1_000_000), &header, b"{}"),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn both_secrets_are_in_force_while_one_is_being_changed() {
        let header = sign(&[secret("old"), secret("new")], at(50), b"x");
        for known in ["old", "new"] {
            assert_eq!(
                verify_signature(&[secret("zzz"), secret(known)], at(50), &header, b"x"),
                Ok(())
            );
        }
    }

    #[test]
    fn nonsense_is_malformed() {
        for header in ["", "t=", "t=5", "v1=00", "t=x,v1=00", "t=5,v1=zz", ",,,=,="] {
            assert_eq!(
                verify_signature(&[secret("a")], at(5), header, b""),
                Err(SignatureError::Malformed),
                "{header}"
            );
        }
    }
}
