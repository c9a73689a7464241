//! The provider says that somebody is out (Core §3.7, Profiles §4.4), and is answered.

use std::io::Read as _;

use bilten_kernel::Timestamp;
use flate2::read::DeflateDecoder;
use jiff::SignedDuration;
use roxmltree::Node;
use url::{Url, form_urlencoded};

use super::{
    ASSERTION, Certificate, MAX_AGE_S, PROTOCOL, SKEW_S,
    certificate::Method,
    request::redirect,
    signature, text,
    xml::{self, attribute, content, elements, is, only},
};
use crate::Check;

/// Most sessions that a request names.
const MAX_SESSIONS: usize = 50;

/// What a request is held against.
#[derive(Debug, Clone, Copy)]
pub struct LogoutExpected<'a> {
    /// Name of the provider.
    pub issuer: &'a str,
    /// Where the request must have been sent.
    pub slo_url: &'a str,
    /// Whose signatures count.
    pub certificates: &'a [Certificate],
    /// When.
    pub now: Timestamp,
}

/// A request that a pinned key has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Its name; it is obeyed once.
    pub id: String,
    /// Who is out.
    pub name_id: String,
    /// Which of the provider's sessions are over; all of the person when there is none.
    pub sessions: Vec<String>,
}

impl LogoutRequest {
    /// Reads a request that came with the query of an address. The signature is over the query as it was sent (Bindings §3.4.4.1).
    ///
    /// # Errors
    /// Names the check that failed.
    pub fn from_query(query: &str, expected: &LogoutExpected<'_>) -> Result<Self, Check> {
        let raw = |name: &str| {
            let mut all = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .filter(|(found, _)| *found == name);
            match (all.next(), all.next()) {
                (Some((_, value)), None) => Ok(Some(value)),
                (None, _) => Ok(None),
                _ => Err(Check::SamlShape),
            }
        };
        let message = raw("SAMLRequest")?.ok_or(Check::SamlShape)?;
        let (Some(algorithm), Some(signature)) = (raw("SigAlg")?, raw("Signature")?) else {
            return Err(Check::SigMissing);
        };
        let relay_state = raw("RelayState")?
            .map(|state| format!("&RelayState={state}"))
            .unwrap_or_default();
        let signed = format!("SAMLRequest={message}{relay_state}&SigAlg={algorithm}");
        let method = Method::find(&decoded(algorithm)).ok_or(Check::SigMethod)?;
        let signature = text::base64(&decoded(signature)).ok_or(Check::Signature)?;
        let mut keys = expected.certificates.iter();
        if !keys.any(|key| key.verifies(method, signed.as_bytes(), &signature)) {
            return Err(Check::Signature);
        }
        let deflated = text::base64(&decoded(message)).ok_or(Check::SamlBase64)?;
        let mut bytes = Vec::new();
        let limit = u64::try_from(xml::MAX_BYTES).unwrap_or(u64::MAX);
        let mut inflated = DeflateDecoder::new(deflated.as_slice()).take(limit + 1);
        inflated.read_to_end(&mut bytes).map_err(|_| Check::SamlBase64)?;
        let document = xml::parse(xml::text(&bytes)?)?;
        Self::read(document.root_element(), expected)
    }

    /// Reads a request that came with a form, signed in the document.
    ///
    /// # Errors
    /// Names the check that failed.
    pub fn from_form(posted: &str, expected: &LogoutExpected<'_>) -> Result<Self, Check> {
        let bytes = text::base64(posted).ok_or(Check::SamlBase64)?;
        let document = xml::parse(xml::text(&bytes)?)?;
        let root = document.root_element();
        let found = signature::find(root)?.ok_or(Check::SigMissing)?;
        let believed = signature::verify(root, found, expected.certificates)?;
        let document = xml::parse(&believed)?;
        Self::read(document.root_element(), expected)
    }

    fn read(root: Node<'_, '_>, expected: &LogoutExpected<'_>) -> Result<Self, Check> {
        if !is(root, PROTOCOL, "LogoutRequest") {
            return Err(Check::SamlShape);
        }
        if attribute(root, "Version") != Some("2.0") {
            return Err(Check::SamlVersion);
        }
        if attribute(root, "Destination") != Some(expected.slo_url) {
            return Err(Check::SamlDestination);
        }
        let issuer = only(root, ASSERTION, "Issuer").and_then(content);
        if issuer.as_deref() != Some(expected.issuer) {
            return Err(Check::Issuer);
        }
        let now = expected.now.as_second();
        let issued = attribute(root, "IssueInstant")
            .and_then(text::instant)
            .ok_or(Check::IssuedAt)?
            .as_second();
        if issued > now + SKEW_S || issued < now - MAX_AGE_S - SKEW_S {
            return Err(Check::IssuedAt);
        }
        if let Some(until) = attribute(root, "NotOnOrAfter")
            && text::instant(until).is_none_or(|until| until.as_second() <= now - SKEW_S)
        {
            return Err(Check::Expired);
        }
        let name_id = only(root, ASSERTION, "NameID")
            .and_then(content)
            .filter(|name| !name.is_empty());
        let sessions = elements(root)
            .filter(|node| is(*node, PROTOCOL, "SessionIndex"))
            .filter_map(content);
        let sessions: Vec<String> = sessions.take(MAX_SESSIONS + 1).collect();
        let id = attribute(root, "ID")
            .filter(|id| (1..=300).contains(&id.len()))
            .ok_or(Check::SamlId)?;
        if sessions.len() > MAX_SESSIONS {
            return Err(Check::SamlShape);
        }
        Ok(Self {
            id: id.to_owned(),
            name_id: name_id.ok_or(Check::SamlNameId)?,
            sessions,
        })
    }
}

/// How long a request must be remembered so that it is obeyed once.
pub fn obey_within() -> SignedDuration {
    SignedDuration::from_secs(MAX_AGE_S + 3 * SKEW_S)
}

/// Writes the answer to a request that was obeyed, as an address of the provider.
pub fn logout_response_url(
    to: &str,
    (entity_id, request, id): (&str, &LogoutRequest, &str),
    relay_state: Option<&str>,
    now: Timestamp,
) -> Option<Url> {
    let xml = format!(
        "<samlp:LogoutResponse xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"_{id}\" Version=\"2.0\" \
         IssueInstant=\"{now}\" Destination=\"{to}\" InResponseTo=\"{request}\"><saml:Issuer>{issuer}</saml:Issuer>\
         <samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>\
         </samlp:LogoutResponse>",
        now = text::written(now),
        to = text::escaped(to),
        request = text::escaped(&request.id),
        issuer = text::escaped(entity_id),
    );
    redirect(to, ("SAMLResponse", &xml), relay_state)
}

fn decoded(raw: &str) -> String {
    let text = format!("x={raw}");
    form_urlencoded::parse(text.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
