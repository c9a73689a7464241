//! Turns what a provider says into somebody.

use crate::{
    connections::Guide,
    oidc::{ClaimNames, Verified},
    saml::Answer,
};

/// Names under which providers usually tell of people.
pub fn claims_of(guide: Guide) -> ClaimNames {
    let names = |email: &str, name: &str, groups: &str| ClaimNames {
        email: email.to_owned(),
        name: name.to_owned(),
        groups: groups.to_owned(),
    };
    match guide {
        Guide::Entra => names(
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
            "http://schemas.microsoft.com/identity/claims/displayname",
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
        ),
        Guide::Okta | Guide::Google | Guide::Ping | Guide::Keycloak | Guide::Generic => {
            names("email", "name", "groups")
        }
    }
}

fn is_group(name: &str) -> bool {
    (1..=200).contains(&name.chars().count())
}

/// Whom an answer means. SAML has no mark for verified addresses: the organisation's provider speaks for its people, and only
/// addresses in a domain that the tenant has proved to be its own are taken.
pub fn person(issuer: &str, claims: &ClaimNames, answer: Answer) -> Verified {
    let first = |name: &str| {
        answer
            .values(name)
            .first()
            .map(|value| value.trim().to_owned())
            .filter(|v| !v.is_empty())
    };
    let email = first(&claims.email);
    Verified {
        issuer: issuer.to_owned(),
        is_email_verified: email.is_some(),
        email,
        name: first(&claims.name),
        groups: answer
            .values(&claims.groups)
            .iter()
            .filter(|group| is_group(group))
            .cloned()
            .collect(),
        subject: answer.name_id,
        sid: answer.session_index,
        until: answer.until,
    }
}
