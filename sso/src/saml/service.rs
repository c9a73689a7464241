//! What providers are told about us: one description for each connection.

use super::{METADATA, PERSISTENT, POST, PROTOCOL, REDIRECT, text};

/// Writes our description: who we are, where answers go, and where requests to log out go.
pub fn service_metadata(entity_id: &str, acs_url: &str, slo_url: &str) -> String {
    let (entity_id, acs_url, slo_url) = (text::escaped(entity_id), text::escaped(acs_url), text::escaped(slo_url));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{entity_id}\">\n\
         \x20 <md:SPSSODescriptor AuthnRequestsSigned=\"false\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"{PROTOCOL}\">\n\
         \x20   <md:SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{slo_url}\"/>\n\
         \x20   <md:SingleLogoutService Binding=\"{POST}\" Location=\"{slo_url}\"/>\n\
         \x20   <md:NameIDFormat>{PERSISTENT}</md:NameIDFormat>\n\
         \x20   <md:AssertionConsumerService index=\"0\" isDefault=\"true\" Binding=\"{POST}\" Location=\"{acs_url}\"/>\n\
         \x20 </md:SPSSODescriptor>\n\
         </md:EntityDescriptor>\n"
    )
}
