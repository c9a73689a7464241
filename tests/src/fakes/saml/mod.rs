//! A SAML provider that is honest, until a test twists one thing before or after it signs.
//!
//! It writes its messages in canonical form by itself and knows nothing of our code; `xmlsec1` and others judge what it signs.

mod certificate;

use std::{
    io::Read as _,
    sync::{Arc, OnceLock},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use data_encoding::BASE64;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::{SignedDuration, Timestamp};
use url::{Url, form_urlencoded};

/// SHA-256 with RSA.
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// What is written instead of something else, which must be there.
pub type Swap = (&'static str, String);

/// What is twisted about an answer.
#[derive(Clone, Default)]
pub struct SamlTwist {
    /// In the assertion, before it is signed.
    pub assertion: Vec<Swap>,
    /// In what signatures say of themselves, before that is signed.
    pub info: Vec<Swap>,
    /// In the response, before it is signed, with the signed assertion in it.
    pub response: Vec<Swap>,
    /// In the message, after everything is signed.
    pub sent: Vec<Swap>,
    /// Makes another message of it.
    pub whole: Option<fn(&str) -> String>,
    /// Signs the response too.
    pub signs_response: bool,
    /// Leaves the assertion without a signature.
    pub leaves_assertion: bool,
    /// Seconds for which confirmation and conditions last; five minutes each unless set.
    pub lasts: Option<(i64, i64)>,
    /// Signs with a key that nobody pinned.
    pub is_forged: bool,
}

/// What we asked for.
#[derive(Debug, Clone)]
pub struct SamlAsked {
    /// Name of the request.
    pub id: String,
    /// Who asked.
    pub entity_id: String,
    /// Where the answer goes.
    pub acs_url: String,
    /// The request.
    pub xml: String,
}

/// A provider.
#[derive(Clone)]
pub struct SamlIdp {
    /// Its name.
    pub entity_id: String,
    /// Name of who logs in.
    pub name_id: String,
    /// Attributes of who logs in.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Its session.
    pub session: String,
    /// When it ends its session, if it says so.
    pub session_until: Option<Timestamp>,
    key: Arc<RsaKeyPair>,
    certificate: Vec<u8>,
}

impl SamlIdp {
    /// One with the key that all of a process share.
    pub fn new(entity_id: &str) -> Self {
        static SHARED: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
        Self::with_key(entity_id, SHARED.get_or_init(fresh), "20461201000000Z")
    }

    /// One with another key, which all strangers of a process share.
    pub fn stranger(entity_id: &str) -> Self {
        Self::with_key(entity_id, strange(), "20461201000000Z")
    }

    /// The same key under a certificate that ends at an instant such as `20461201000000Z`.
    #[must_use]
    pub fn ending(&self, end: &str) -> Self {
        let mut other = Self::with_key(&self.entity_id, &self.key, end);
        other.name_id.clone_from(&self.name_id);
        other
    }

    fn with_key(entity_id: &str, key: &Arc<RsaKeyPair>, end: &str) -> Self {
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().expect("a public key");
        Self {
            entity_id: entity_id.to_owned(),
            name_id: "p-248289761001".to_owned(),
            attributes: Vec::new(),
            session: "s-1".to_owned(),
            session_until: None,
            certificate: certificate::certificate(public.as_ref(), end, |bytes| sign(key, bytes)),
            key: Arc::clone(key),
        }
    }

    /// Its private key, in PEM, for programs that sign in its place.
    pub fn private_pem(&self) -> String {
        let der: Pkcs8V1Der<'_> = self.key.as_der().expect("a private key");
        pem("PRIVATE KEY", &BASE64.encode(der.as_ref()))
    }

    /// Its certificate, in base64.
    pub fn certificate(&self) -> String {
        BASE64.encode(&self.certificate)
    }

    /// Its certificate, in PEM.
    pub fn pem(&self) -> String {
        pem("CERTIFICATE", &self.certificate())
    }

    /// Its description, with these certificates.
    pub fn metadata_with(&self, certificates: &[String]) -> String {
        let key = |text: &String| {
            format!(
                "<KeyDescriptor use=\"signing\"><KeyInfo xmlns=\"{DSIG}\"><X509Data><X509Certificate>{text}\
                 </X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
            )
        };
        let keys = certificates.iter().map(key).collect::<Vec<_>>().concat();
        format!(
            "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{id}\">\
             <IDPSSODescriptor protocolSupportEnumeration=\"{PROTOCOL}\">{keys}\
             <SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"{id}/slo\"/>\
             <SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"{id}/sso\"/>\
             </IDPSSODescriptor></EntityDescriptor>",
            id = self.entity_id
        )
    }

    /// Its description.
    pub fn metadata(&self) -> String {
        self.metadata_with(&[self.certificate()])
    }

    /// Answers a request as twisted; the text is XML.
    pub fn answer(&self, asked: &SamlAsked, now: Timestamp, twist: &SamlTwist) -> String {
        let key = if twist.is_forged { strange() } else { &self.key };
        let mut assertion = swapped(self.assertion(asked, now, twist.lasts), &twist.assertion);
        if !twist.leaves_assertion {
            assertion = signed(key, &assertion, &twist.info);
        }
        let mut response = swapped(self.response(asked, now, &assertion), &twist.response);
        if twist.signs_response {
            response = signed(key, &response, &twist.info);
        }
        let sent = swapped(response, &twist.sent);
        twist.whole.map_or(sent.clone(), |make| make(&sent))
    }

    fn response(&self, asked: &SamlAsked, now: Timestamp, assertion: &str) -> String {
        format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" Destination=\"{to}\" ID=\"_r1\" InResponseTo=\"{id}\" \
             IssueInstant=\"{now}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{issuer}</saml:Issuer>\
             <samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode>\
             </samlp:Status>{assertion}</samlp:Response>",
            to = asked.acs_url,
            id = asked.id,
            issuer = self.entity_id,
        )
    }

    fn assertion(&self, asked: &SamlAsked, now: Timestamp, lasts: Option<(i64, i64)>) -> String {
        let (confirmation, conditions) = lasts.unwrap_or((300, 300));
        let until = |seconds: i64| now + SignedDuration::from_secs(seconds);
        let attributes: String = self
            .attributes
            .iter()
            .map(|(name, values)| attribute(name, values))
            .collect();
        let attributes = if attributes.is_empty() {
            attributes
        } else {
            format!("<saml:AttributeStatement>{attributes}</saml:AttributeStatement>")
        };
        let session_until = self
            .session_until
            .map(|until| format!(" SessionNotOnOrAfter=\"{until}\""))
            .unwrap_or_default();
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"_a1\" IssueInstant=\"{now}\" Version=\"2.0\">\
             <saml:Issuer>{issuer}</saml:Issuer><saml:Subject>\
             <saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{name}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml:SubjectConfirmationData InResponseTo=\"{id}\" NotOnOrAfter=\"{late}\" Recipient=\"{to}\">\
             </saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore=\"{now}\" NotOnOrAfter=\"{later}\"><saml:AudienceRestriction>\
             <saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant=\"{now}\" SessionIndex=\"{session}\"{session_until}><saml:AuthnContext>\
             <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
             </saml:AuthnContext></saml:AuthnStatement>{attributes}</saml:Assertion>",
            issuer = self.entity_id,
            name = self.name_id,
            id = asked.id,
            to = asked.acs_url,
            audience = asked.entity_id,
            late = until(confirmation),
            later = until(conditions),
            session = self.session,
        )
    }

    /// Asks us, by the query of an address, to end sessions of who is logged in.
    pub fn log_out(&self, slo_url: &str, now: Timestamp, swaps: &[Swap]) -> String {
        let request = swapped(self.logout_request(slo_url, now), swaps);
        let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
        std::io::Write::write_all(&mut deflated, request.as_bytes()).expect("memory");
        let message = BASE64.encode(&deflated.finish().expect("memory"));
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("SAMLRequest", &message)
            .append_pair("RelayState", "r s")
            .append_pair("SigAlg", RSA_SHA256)
            .finish();
        let signature = BASE64.encode(&sign(&self.key, query.as_bytes()));
        let signature: String = form_urlencoded::byte_serialize(signature.as_bytes()).collect();
        format!("{query}&Signature={signature}")
    }

    /// The same as a form's document, signed inside.
    pub fn log_out_form(&self, slo_url: &str, now: Timestamp) -> String {
        BASE64.encode(signed(&self.key, &self.logout_request(slo_url, now), &[]).as_bytes())
    }

    fn logout_request(&self, slo_url: &str, now: Timestamp) -> String {
        format!(
            "<samlp:LogoutRequest xmlns:samlp=\"{PROTOCOL}\" Destination=\"{slo_url}\" ID=\"_l{at}\" IssueInstant=\"{now}\" \
             Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{issuer}</saml:Issuer>\
             <saml:NameID xmlns:saml=\"{ASSERTION}\">{name}</saml:NameID>\
             <samlp:SessionIndex>{session}</samlp:SessionIndex></samlp:LogoutRequest>",
            at = now.as_nanosecond(),
            issuer = self.entity_id,
            name = self.name_id,
            session = self.session,
        )
    }
}

impl SamlAsked {
    /// Reads the request in an address that a browser was sent to.
    pub fn read(address: &str) -> Self {
        let url = Url::parse(address).expect("an address");
        let xml = message(&url, "SAMLRequest").expect("a request");
        let of = |name: &str| {
            let rest = xml.split(&format!(" {name}=\"")).nth(1).expect("an attribute");
            rest.split('"').next().unwrap_or_default().replace("&amp;", "&")
        };
        let issuer = xml
            .split("<saml:Issuer>")
            .nth(1)
            .and_then(|rest| rest.split('<').next());
        Self {
            id: of("ID"),
            acs_url: of("AssertionConsumerServiceURL"),
            entity_id: issuer.expect("an issuer").replace("&amp;", "&"),
            xml,
        }
    }
}

/// Reads a deflated message out of an address's query.
pub fn message(url: &Url, name: &str) -> Option<String> {
    let (_, text) = url.query_pairs().find(|(found, _)| found == name)?;
    let bytes = BASE64.decode(text.as_bytes()).ok()?;
    let mut read = String::new();
    DeflateDecoder::new(bytes.as_slice()).read_to_string(&mut read).ok()?;
    Some(read)
}

fn pem(kind: &str, text: &str) -> String {
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|at| &text[at..(at + 64).min(text.len())])
        .collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

fn attribute(name: &str, values: &[String]) -> String {
    let value = |value: &String| format!("<saml:AttributeValue>{value}</saml:AttributeValue>");
    let values = values.iter().map(value).collect::<Vec<_>>().concat();
    format!("<saml:Attribute Name=\"{name}\">{values}</saml:Attribute>")
}

/// Puts a signature after the issuer of a canonical text.
fn signed(key: &RsaKeyPair, text: &str, info: &[Swap]) -> String {
    let id = text
        .split(" ID=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("an id");
    let inside = format!(
        "<ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{RSA_SHA256}\"></ds:SignatureMethod><ds:Reference URI=\"#{id}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"{DSIG}enveloped-signature\"></ds:Transform>\
         <ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>\
         <ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
        BASE64.encode(digest(&SHA256, text.as_bytes()).as_ref())
    );
    let inside = swapped(inside, info);
    let value = BASE64.encode(&sign(
        key,
        format!("<ds:SignedInfo xmlns:ds=\"{DSIG}\">{inside}").as_bytes(),
    ));
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\"><ds:SignedInfo>{inside}<ds:SignatureValue>{value}</ds:SignatureValue>\
         </ds:Signature>"
    );
    text.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}

fn swapped(text: String, swaps: &[Swap]) -> String {
    swaps.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from} in {text}");
        text.replacen(from, to, 1)
    })
}

fn sign(key: &RsaKeyPair, bytes: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature)
        .expect("a signature");
    signature
}

fn strange() -> &'static Arc<RsaKeyPair> {
    static STRANGE: OnceLock<Arc<RsaKeyPair>> = OnceLock::new();
    STRANGE.get_or_init(fresh)
}

fn fresh() -> Arc<RsaKeyPair> {
    Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
}
