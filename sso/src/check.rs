//! The checks that a log-in at an identity provider passes, each by its name: the trace of an attempt names the one that failed.

use std::fmt;

/// A check that failed. The name is stable: pages have words for it, and people search for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// The provider's address leads nowhere, or where it must not.
    Address,
    /// The provider's description cannot be read or lacks something.
    Discovery,
    /// The description is of another issuer than the one that was set up.
    DiscoveryIssuer,
    /// The provider does not take PKCE with SHA-256.
    Pkce,
    /// The answer's `state` is unknown, used or too old.
    State,
    /// The answer came in another browser than the one that asked.
    Browser,
    /// Whoever began the test or the tie is not logged in any more.
    Session,
    /// The answer names another issuer, or none although the provider says it does.
    ResponseIssuer,
    /// The provider answered with an error.
    ProviderError,
    /// The answer has no code.
    Code,
    /// The token endpoint refused or cannot be reached.
    TokenEndpoint,
    /// The client secret was refused.
    ClientSecret,
    /// There is no token, or it is not three parts of base64url with JSON in it.
    TokenShape,
    /// `alg` is not one that we take from this provider.
    Algorithm,
    /// `typ` is that of another kind of token.
    TokenType,
    /// `crit` asks for what we do not understand, or the token is encrypted or compressed.
    Critical,
    /// No key of the provider fits, or several do.
    Key,
    /// The signature is wrong.
    Signature,
    /// `iss` is missing or of somebody else.
    Issuer,
    /// `aud` is missing or names somebody else.
    Audience,
    /// `azp` is missing or names somebody else.
    AuthorizedParty,
    /// `exp` is missing or over.
    Expired,
    /// `iat` is missing, old or in the future.
    IssuedAt,
    /// `nbf` is in the future.
    NotBefore,
    /// `nonce` is missing or of another log-in.
    Nonce,
    /// `sub` is missing or too long.
    Subject,
    /// `at_hash` does not fit the access token.
    AccessTokenHash,
    /// The user info is not JSON, or of somebody else.
    UserInfo,
    /// The logout token has no event, or another one.
    Event,
    /// The logout token names neither a session nor a person, or has a nonce.
    LogoutSubject,
    /// The logout token was obeyed before.
    Replay,
    /// The account is known here under this address and not tied to the provider yet.
    NotTied,
    /// The provider's identity is tied to another account.
    TiedElsewhere,
    /// Nobody here is known by this identity, and people are not taken in by this connection.
    Unknown,
    /// The provider does not say that the mail address is verified.
    EmailUnverified,
    /// The address is of a domain that is not the tenant's.
    Domain,
    /// The provider gives no usable mail address or name.
    Person,
    /// No group and no default gives a role.
    NoRole,
    /// The account is disabled.
    Disabled,
    /// The connection does not take log-ins now.
    ConnectionState,
    /// The message is too long.
    XmlSize,
    /// The message is not UTF-8.
    XmlEncoding,
    /// The message declares types or entities.
    XmlDtd,
    /// The message has comments, processing instructions or CDATA in it.
    XmlMarkup,
    /// The message is not well-formed XML with namespaces.
    XmlForm,
    /// The message is nested too deeply, or has too many elements or attributes.
    XmlDepth,
    /// The message is not base64, or not deflated as it must be.
    SamlBase64,
    /// The message is not one response with one assertion in its place.
    SamlShape,
    /// An id occurs twice, or is written under another name.
    SamlId,
    /// The assertion is encrypted, which is not taken.
    SamlEncrypted,
    /// The message is of another version.
    SamlVersion,
    /// The provider answered with something else than success.
    SamlStatus,
    /// The message was sent to another address.
    SamlDestination,
    /// The assertion is for another address.
    SamlRecipient,
    /// The answer names no request that waits here.
    SamlInResponseTo,
    /// The assertion is not confirmed by who carries it.
    SamlConfirmation,
    /// The person is not named for good.
    SamlNameId,
    /// The person logged in another way than was asked for, or not at all.
    SamlAuthn,
    /// Nothing is signed.
    SigMissing,
    /// A signature stands where it must not, or holds what it must not.
    SigPlace,
    /// A signature is not over the element that holds it, and over nothing else.
    SigReference,
    /// A signature asks for other transforms than the two that are taken.
    SigTransform,
    /// A signature uses a method that is not taken.
    SigMethod,
    /// What was signed was changed.
    SigDigest,
}

impl Check {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Address,
        Self::Discovery,
        Self::DiscoveryIssuer,
        Self::Pkce,
        Self::State,
        Self::Browser,
        Self::Session,
        Self::ResponseIssuer,
        Self::ProviderError,
        Self::Code,
        Self::TokenEndpoint,
        Self::ClientSecret,
        Self::TokenShape,
        Self::Algorithm,
        Self::TokenType,
        Self::Critical,
        Self::Key,
        Self::Signature,
        Self::Issuer,
        Self::Audience,
        Self::AuthorizedParty,
        Self::Expired,
        Self::IssuedAt,
        Self::NotBefore,
        Self::Nonce,
        Self::Subject,
        Self::AccessTokenHash,
        Self::UserInfo,
        Self::Event,
        Self::LogoutSubject,
        Self::Replay,
        Self::NotTied,
        Self::TiedElsewhere,
        Self::Unknown,
        Self::EmailUnverified,
        Self::Domain,
        Self::Person,
        Self::NoRole,
        Self::Disabled,
        Self::ConnectionState,
        Self::XmlSize,
        Self::XmlEncoding,
        Self::XmlDtd,
        Self::XmlMarkup,
        Self::XmlForm,
        Self::XmlDepth,
        Self::SamlBase64,
        Self::SamlShape,
        Self::SamlId,
        Self::SamlEncrypted,
        Self::SamlVersion,
        Self::SamlStatus,
        Self::SamlDestination,
        Self::SamlRecipient,
        Self::SamlInResponseTo,
        Self::SamlConfirmation,
        Self::SamlNameId,
        Self::SamlAuthn,
        Self::SigMissing,
        Self::SigPlace,
        Self::SigReference,
        Self::SigTransform,
        Self::SigMethod,
        Self::SigDigest,
    ];

    /// Name in the database and in traces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Discovery => "discovery",
            Self::DiscoveryIssuer => "discovery_issuer",
            Self::Pkce => "pkce",
            Self::State => "state",
            Self::Browser => "browser",
            Self::Session => "session",
            Self::ResponseIssuer => "response_iss",
            Self::ProviderError => "provider_error",
            Self::Code => "code",
            Self::TokenEndpoint => "token_endpoint",
            Self::ClientSecret => "client_secret",
            Self::TokenShape => "token_shape",
            Self::Algorithm => "alg",
            Self::TokenType => "typ",
            Self::Critical => "crit",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::AuthorizedParty => "azp",
            Self::Expired => "exp",
            Self::IssuedAt => "iat",
            Self::NotBefore => "nbf",
            Self::Nonce => "nonce",
            Self::Subject => "sub",
            Self::AccessTokenHash => "at_hash",
            Self::UserInfo => "userinfo",
            Self::Event => "event",
            Self::LogoutSubject => "logout_sub",
            Self::Replay => "replay",
            Self::NotTied => "not_tied",
            Self::TiedElsewhere => "tied_elsewhere",
            Self::Unknown => "unknown",
            Self::EmailUnverified => "email_unverified",
            Self::Domain => "domain",
            Self::Person => "person",
            Self::NoRole => "no_role",
            Self::Disabled => "disabled",
            Self::ConnectionState => "connection_state",
            Self::XmlSize => "xml_size",
            Self::XmlEncoding => "xml_encoding",
            Self::XmlDtd => "xml_dtd",
            Self::XmlMarkup => "xml_markup",
            Self::XmlForm => "xml_form",
            Self::XmlDepth => "xml_depth",
            Self::SamlBase64 => "saml_base64",
            Self::SamlShape => "saml_shape",
            Self::SamlId => "saml_id",
            Self::SamlEncrypted => "saml_encrypted",
            Self::SamlVersion => "saml_version",
            Self::SamlStatus => "saml_status",
            Self::SamlDestination => "saml_destination",
            Self::SamlRecipient => "saml_recipient",
            Self::SamlInResponseTo => "saml_in_response_to",
            Self::SamlConfirmation => "saml_confirmation",
            Self::SamlNameId => "saml_name_id",
            Self::SamlAuthn => "saml_authn",
            Self::SigMissing => "sig_missing",
            Self::SigPlace => "sig_place",
            Self::SigReference => "sig_reference",
            Self::SigTransform => "sig_transform",
            Self::SigMethod => "sig_method",
            Self::SigDigest => "sig_digest",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_check_has_a_name_of_its_own() {
        let names: HashSet<_> = Check::ALL.iter().map(|check| check.name()).collect();
        assert_eq!(names.len(), Check::ALL.len());
    }
}
