//! The request to log in, which the browser carries to the provider (Core §3.4.1, Bindings §3.4).

use std::io::Write as _;

use bilten_kernel::Timestamp;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use flate2::{Compression, write::DeflateEncoder};
use url::Url;

use super::{ASSERTION, PERSISTENT, POST, PROTOCOL, text};

/// A request.
#[derive(Debug, Clone, Copy)]
pub struct AuthnRequest<'a> {
    /// The log-in's state, of which the id is made: the answer brings it back, signed.
    pub state: &'a str,
    /// Where the provider takes requests.
    pub sso_url: &'a str,
    /// Who asks.
    pub entity_id: &'a str,
    /// Where the answer goes.
    pub acs_url: &'a str,
    /// The way of logging in that is insisted on.
    pub authn_context: Option<&'a str>,
    /// When.
    pub now: Timestamp,
}

/// Names the request of a state. Ids begin with a letter or `_`.
pub fn request_id(state: &str) -> String {
    format!("_{state}")
}

/// Reads the state out of the id of one of our requests; `None` for what we cannot have made.
pub fn state_of(id: &str) -> Option<&str> {
    let state = id.strip_prefix('_')?;
    let is_ours = BASE64URL_NOPAD
        .decode(state.as_bytes())
        .is_ok_and(|bytes| bytes.len() == 32);
    is_ours.then_some(state)
}

impl AuthnRequest<'_> {
    /// Writes the address that the browser is sent to; none when the provider's is no address.
    pub fn url(&self) -> Option<Url> {
        redirect(self.sso_url, ("SAMLRequest", &self.xml()), None)
    }

    fn xml(&self) -> String {
        let context = self.authn_context.map(|class| {
            format!(
                "<samlp:RequestedAuthnContext Comparison=\"exact\"><saml:AuthnContextClassRef>{}\
                 </saml:AuthnContextClassRef></samlp:RequestedAuthnContext>",
                text::escaped(class)
            )
        });
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" Version=\"2.0\" \
             IssueInstant=\"{now}\" Destination=\"{to}\" AssertionConsumerServiceURL=\"{acs}\" ProtocolBinding=\"{POST}\">\
             <saml:Issuer>{issuer}</saml:Issuer><samlp:NameIDPolicy Format=\"{PERSISTENT}\" AllowCreate=\"true\"/>{context}\
             </samlp:AuthnRequest>",
            id = request_id(self.state),
            now = text::written(self.now),
            to = text::escaped(self.sso_url),
            acs = text::escaped(self.acs_url),
            issuer = text::escaped(self.entity_id),
            context = context.unwrap_or_default(),
        )
    }
}

/// The redirect binding: deflated, in base64, in the query.
pub(super) fn redirect(to: &str, (name, xml): (&str, &str), relay_state: Option<&str>) -> Option<Url> {
    let mut url = Url::parse(to).ok()?;
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(xml.as_bytes()).ok()?;
    let message = BASE64.encode(&deflated.finish().ok()?);
    url.query_pairs_mut().append_pair(name, &message);
    if let Some(state) = relay_state {
        url.query_pairs_mut().append_pair("RelayState", state);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::saml::xml;

    #[test]
    fn a_request_is_read_by_others_and_keeps_the_query_of_the_address() {
        let state = BASE64URL_NOPAD.encode(&[7; 32]);
        let request = AuthnRequest {
            state: &state,
            sso_url: "https://idp.example/sso?idpid=a&b=1",
            entity_id: "https://shop.example/<x>",
            acs_url: "https://shop.example/acs",
            authn_context: Some("urn:a&b"),
            now: Timestamp::UNIX_EPOCH,
        };
        let url = request.url().expect("an address");
        assert!(
            url.as_str()
                .starts_with("https://idp.example/sso?idpid=a&b=1&SAMLRequest="),
            "{url}"
        );
        let (_, message) = url.query_pairs().last().expect("a message");
        let deflated = BASE64.decode(message.as_bytes()).expect("base64");
        let mut read = String::new();
        flate2::read::DeflateDecoder::new(deflated.as_slice())
            .read_to_string(&mut read)
            .expect("deflated text");
        let document = xml::parse(&read).expect("xml");
        let root = document.root_element();
        assert!(xml::is(root, PROTOCOL, "AuthnRequest"));
        assert_eq!(xml::attribute(root, "ID").and_then(state_of), Some(state.as_str()));
        let issuer = xml::only(root, ASSERTION, "Issuer").and_then(xml::content);
        assert_eq!(issuer.as_deref(), Some("https://shop.example/<x>"));
        for id in ["", "_", "x", "_abc", &state] {
            assert_eq!(state_of(id), None, "{id}");
        }
    }
}
