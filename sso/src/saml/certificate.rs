//! Certificates that a tenant pins: only the key inside counts, and when it is said to end.

use std::fmt;

use aws_lc_rs::{
    rsa::PublicEncryptingKey,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ParsedPublicKey,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
        VerificationAlgorithm,
    },
};
use bilten_kernel::Timestamp;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use x509_cert::{
    certificate::{CertificateInner, Raw},
    der::{Decode as _, Encode as _},
};

use super::text;

/// Longest certificate, in bytes.
const MAX_DER: usize = 16 * 1024;

/// A certificate whose key may sign for a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    key: Vec<u8>,
    kind: Kind,
    /// Last instant, by what it says of itself.
    pub not_after: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    P521,
}

/// Why a certificate cannot be pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCertificate {
    /// It is not a certificate.
    #[error("it is not a certificate")]
    Form,
    /// Its key is neither RSA of 2,048 bits or more nor on P-256, P-384 or P-521.
    #[error("its key is too weak or of another kind")]
    Key,
}

impl Certificate {
    /// Reads the base64 that descriptions hold, or PEM.
    ///
    /// # Errors
    /// See [`BadCertificate`].
    pub fn read(text: &str) -> Result<Self, BadCertificate> {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("-----"));
        let der = text::base64(&lines.collect::<String>()).ok_or(BadCertificate::Form)?;
        Self::from_der(&der)
    }

    /// Reads the binary form.
    ///
    /// # Errors
    /// See [`BadCertificate`].
    pub fn from_der(der: &[u8]) -> Result<Self, BadCertificate> {
        if der.len() > MAX_DER {
            return Err(BadCertificate::Form);
        }
        let read = CertificateInner::<Raw>::from_der(der).map_err(|_| BadCertificate::Form)?;
        let signed = read.tbs_certificate();
        let key = signed
            .subject_public_key_info()
            .to_der()
            .map_err(|_| BadCertificate::Form)?;
        let end = i64::try_from(signed.validity().not_after.to_unix_duration().as_secs());
        let not_after = end.ok().and_then(|end| Timestamp::from_second(end).ok());
        Ok(Self {
            der: der.to_vec(),
            kind: Kind::of(&key).ok_or(BadCertificate::Key)?,
            key,
            not_after: not_after.ok_or(BadCertificate::Form)?,
        })
    }

    /// Returns the binary form.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the SHA-256 of the binary form.
    pub fn fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    /// Tells whether the key made this signature. ECDSA signatures are the two numbers one after the other, as XML wants them.
    pub(super) fn verifies(&self, method: Method, signed: &[u8], signature: &[u8]) -> bool {
        let algorithm: &'static dyn VerificationAlgorithm = match (self.kind, method) {
            (Kind::Rsa, Method::Rsa256) => &RSA_PKCS1_2048_8192_SHA256,
            (Kind::Rsa, Method::Rsa384) => &RSA_PKCS1_2048_8192_SHA384,
            (Kind::Rsa, Method::Rsa512) => &RSA_PKCS1_2048_8192_SHA512,
            (Kind::P256, Method::Ecdsa256) => &ECDSA_P256_SHA256_FIXED,
            (Kind::P384, Method::Ecdsa384) => &ECDSA_P384_SHA384_FIXED,
            (Kind::P521, Method::Ecdsa512) => &ECDSA_P521_SHA512_FIXED,
            _ => return false,
        };
        UnparsedPublicKey::new(algorithm, &self.key)
            .verify(signed, signature)
            .is_ok()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", HEXLOWER.encode(&self.fingerprint()))
    }
}

impl Kind {
    fn of(key: &[u8]) -> Option<Self> {
        if let Ok(rsa) = PublicEncryptingKey::from_der(key) {
            return (2_048..=8_192).contains(&rsa.key_size_bits()).then_some(Self::Rsa);
        }
        if ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).is_ok() {
            return Some(Self::P256);
        }
        if ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, key).is_ok() {
            return Some(Self::P384);
        }
        ParsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, key)
            .ok()
            .map(|_| Self::P521)
    }
}

/// A signature method that we take; with RSA or ECDSA, SHA-256 or better, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Rsa256,
    Rsa384,
    Rsa512,
    Ecdsa256,
    Ecdsa384,
    Ecdsa512,
}

impl Method {
    /// Finds a method by its full name (RFC 9231).
    pub(super) fn find(name: &str) -> Option<Self> {
        match name.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#")? {
            "rsa-sha256" => Some(Self::Rsa256),
            "rsa-sha384" => Some(Self::Rsa384),
            "rsa-sha512" => Some(Self::Rsa512),
            "ecdsa-sha256" => Some(Self::Ecdsa256),
            "ecdsa-sha384" => Some(Self::Ecdsa384),
            "ecdsa-sha512" => Some(Self::Ecdsa512),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        for text in [
            "",
            "x",
            "MIIB",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        ] {
            assert_eq!(Certificate::read(text).err(), Some(BadCertificate::Form), "{text}");
        }
    }

    #[test]
    fn weak_methods_have_no_name_here() {
        for name in [
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
            "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
            "rsa-sha256",
            "",
        ] {
            assert_eq!(Method::find(name), None, "{name}");
        }
    }
}
