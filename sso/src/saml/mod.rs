//! SAML 2.0 as a service provider, in a profile that is narrow on purpose. Pure: nothing here talks to a network or a database.
//!
//! ```text
//! bytes ─▶ xml (strict parser, limits) ─▶ signature (place, methods, pinned keys, digest) ─▶ the canonical bytes that were signed
//!                                                                            └─▶ parsed anew ─▶ response (every claim by name)
//! ```
//! Invariants: an element is found by its place, never by the id in a reference. What is believed is read from the canonical bytes
//! that a pinned key has signed, and from nothing else. Key material in a message is never looked at. Documents with a DTD, comments,
//! processing instructions or CDATA are refused before anything is read of them.
//!
//! Not here: which provider a connection means and what waits for the browser (`saml_peers`), who the person is here (`sign_in`).

mod canonical;
mod certificate;
mod logout;
mod metadata;
mod request;
mod response;
mod service;
mod signature;
mod text;
mod xml;

pub use certificate::{BadCertificate, Certificate};
pub use logout::{LogoutExpected, LogoutRequest, logout_response_url, obey_within};
pub use metadata::{MAX_CERTIFICATES, Metadata, MetadataFault};
pub use request::{AuthnRequest, request_id, state_of};
pub use response::{Answer, Expected, claimed_state};
pub use service::service_metadata;

/// Protocol messages.
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Assertions.
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Descriptions.
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// XML signatures.
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Exclusive canonicalization without comments; namespace of its parameter as well.
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The only format of a name that names a person for good.
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
/// Browser is sent with a query.
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// Browser is sent with a form.
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// Seconds by which clocks may differ.
const SKEW_S: i64 = 60;
/// Seconds that a message may be old.
const MAX_AGE_S: i64 = 5 * 60;
