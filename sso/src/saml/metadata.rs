//! A provider's description of itself (Metadata §2), as it is pasted or fetched by somebody who set the connection up.
//!
//! Nothing in it is believed because of a signature: who pins the certificates has compared them, or trusts the address.

use roxmltree::Node;

use super::{
    Certificate, DSIG, METADATA, PROTOCOL, REDIRECT,
    xml::{self, attribute, content, elements, is},
};

/// Most certificates of a connection: the one in use, the next one, and two to spare.
pub const MAX_CERTIFICATES: usize = 4;

/// What we use of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Name of the provider.
    pub entity_id: String,
    /// Where requests to log in go, by redirect.
    pub sso_url: String,
    /// Where answers to requests to log out go, by redirect.
    pub slo_url: Option<String>,
    /// Certificates that sign.
    pub certificates: Vec<Certificate>,
}

/// What is wrong with a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MetadataFault {
    /// It is not the description of one provider.
    #[error("it does not describe one identity provider")]
    Form,
    /// The provider takes no requests by redirect.
    #[error("there is no address for redirects")]
    Redirect,
    /// It has no certificate that signs, too many, or none that we take.
    #[error("there is no certificate that can be used")]
    Certificate,
}

impl Metadata {
    /// Reads a description.
    ///
    /// # Errors
    /// See [`MetadataFault`].
    pub fn read(bytes: &[u8]) -> Result<Self, MetadataFault> {
        let text = xml::text(bytes).map_err(|_| MetadataFault::Form)?;
        let document = xml::parse_loosely(text.trim()).map_err(|_| MetadataFault::Form)?;
        let mut root = document.root_element();
        if is(root, METADATA, "EntitiesDescriptor") {
            let mut all = elements(root).filter(|child| is(*child, METADATA, "EntityDescriptor"));
            root = match (all.next(), all.next()) {
                (Some(one), None) => one,
                _ => return Err(MetadataFault::Form),
            };
        }
        if !is(root, METADATA, "EntityDescriptor") {
            return Err(MetadataFault::Form);
        }
        let entity_id = attribute(root, "entityID").ok_or(MetadataFault::Form)?.to_owned();
        let mut roles = elements(root).filter(|child| speaks(*child));
        let (Some(role), None) = (roles.next(), roles.next()) else {
            return Err(MetadataFault::Form);
        };
        let sso_url = location(role, "SingleSignOnService", REDIRECT).ok_or(MetadataFault::Redirect)?;
        Ok(Self {
            entity_id,
            sso_url,
            slo_url: location(role, "SingleLogoutService", REDIRECT),
            certificates: certificates(role)?,
        })
    }
}

fn speaks(node: Node<'_, '_>) -> bool {
    let spoken = attribute(node, "protocolSupportEnumeration").unwrap_or_default();
    is(node, METADATA, "IDPSSODescriptor") && spoken.split_ascii_whitespace().any(|protocol| protocol == PROTOCOL)
}

/// Answers go to an address of their own where there is one (Metadata §2.2.2).
fn location(role: Node<'_, '_>, service: &str, binding: &str) -> Option<String> {
    let mut all = elements(role).filter(|node| is(*node, METADATA, service));
    let found = all.find(|node| attribute(*node, "Binding") == Some(binding))?;
    let response = attribute(found, "ResponseLocation").filter(|_| service == "SingleLogoutService");
    response.or_else(|| attribute(found, "Location")).map(str::to_owned)
}

fn certificates(role: Node<'_, '_>) -> Result<Vec<Certificate>, MetadataFault> {
    let mut found: Vec<Certificate> = Vec::new();
    let signing = elements(role).filter(|node| {
        is(*node, METADATA, "KeyDescriptor") && attribute(*node, "use").is_none_or(|usage| usage == "signing")
    });
    for descriptor in signing {
        for node in descriptor
            .descendants()
            .filter(|node| is(*node, DSIG, "X509Certificate"))
        {
            let text = content(node).ok_or(MetadataFault::Certificate)?;
            let certificate = Certificate::read(&text).map_err(|_| MetadataFault::Certificate)?;
            if !found.contains(&certificate) {
                found.push(certificate);
            }
        }
    }
    if (1..=MAX_CERTIFICATES).contains(&found.len()) {
        Ok(found)
    } else {
        Err(MetadataFault::Certificate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::POST;

    fn description(inside: &str) -> String {
        format!(
            "<EntityDescriptor xmlns=\"{METADATA}\" entityID=\"https://idp.example\"><!-- by hand -->\
             <IDPSSODescriptor protocolSupportEnumeration=\"{PROTOCOL}\">{inside}</IDPSSODescriptor></EntityDescriptor>"
        )
    }

    #[test]
    fn what_is_missing_is_said() {
        let sso =
            |binding| format!("<SingleSignOnService Binding=\"{binding}\" Location=\"https://idp.example/sso\"/>");
        for (text, wanted) in [
            (String::new(), MetadataFault::Form),
            ("<html/>".to_owned(), MetadataFault::Form),
            ("<!DOCTYPE x><x/>".to_owned(), MetadataFault::Form),
            (description(""), MetadataFault::Redirect),
            (description(&sso(POST)), MetadataFault::Redirect),
            (description(&sso(REDIRECT)), MetadataFault::Certificate),
            (
                format!(
                    "<EntitiesDescriptor xmlns=\"{METADATA}\">{0}{0}</EntitiesDescriptor>",
                    description("")
                ),
                MetadataFault::Form,
            ),
        ] {
            assert_eq!(Metadata::read(text.as_bytes()).err(), Some(wanted), "{text}");
        }
    }
}
