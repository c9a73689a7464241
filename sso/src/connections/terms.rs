//! What somebody types about a connection, and what must be right about it. Pure.

use bilten_kernel::Secret;
use bilten_tenancy::permissions::Role;
use jiff::civil::Date;

use super::Guide;
use crate::{egress::Egress, oidc::ClaimNames, saml_peers};

const MAX_NAME: usize = 60;
const MAX_CLIENT_ID: usize = 300;
const MAX_SECRET: usize = 500;
const MAX_CLAIM: usize = 120;

/// The form as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Name of a guide.
    pub guide: String,
    /// Name on the log-in page.
    pub name: String,
    /// Issuer.
    pub issuer: String,
    /// Client id.
    pub client_id: String,
    /// Last day of the secret; nothing when it has none.
    pub secret_expires_on: String,
    /// Take people in who are not known yet.
    pub jit: bool,
    /// Their role; nothing when groups give it.
    pub default_role: String,
    /// Claim of the mail address; nothing for the usual one.
    pub email_claim: String,
    /// Claim of the name.
    pub name_claim: String,
    /// Claim of the groups.
    pub groups_claim: String,
}

/// Terms that can be kept.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Guide.
    pub guide: Guide,
    /// Name on the log-in page.
    pub name: String,
    /// Issuer, exactly as the provider writes it.
    pub issuer: String,
    /// Client id.
    pub client_id: String,
    /// Last day of the secret.
    pub secret_expires_on: Option<Date>,
    /// Take people in who are not known yet.
    pub jit: bool,
    /// Their role.
    pub default_role: Option<String>,
    /// Names of claims.
    pub claims: ClaimNames,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was typed.
    Missing,
    /// Too many characters.
    TooLong(usize),
    /// Not an address that may be called.
    Issuer,
    /// Not a day.
    Day,
    /// Not a role that a stranger may be given.
    Role,
    /// Not the name of a claim.
    Claim,
}

impl Terms {
    /// Judges a form.
    ///
    /// # Errors
    /// Every field that is wrong, with what is.
    pub fn read(draft: &Draft, egress: &Egress) -> Result<Self, Vec<(&'static str, Fault)>> {
        Self::judge(draft, ClaimNames::default(), |issuer| is_issuer(issuer, egress))
    }

    /// Judges the form of a SAML connection, with the entity ids of the provider and of us in place of issuer and client id.
    ///
    /// # Errors
    /// Every field that is wrong, with what is.
    pub fn read_saml(draft: &Draft) -> Result<Self, Vec<(&'static str, Fault)>> {
        Self::judge(draft, saml_peers::claims_of(Guide::find(&draft.guide)), is_entity)
    }

    fn judge(
        draft: &Draft,
        usual: ClaimNames,
        is_issuer: impl Fn(&str) -> bool,
    ) -> Result<Self, Vec<(&'static str, Fault)>> {
        let mut faults = Vec::new();
        let mut text = |field: &'static str, typed: &str, most: usize| {
            let typed = typed.trim();
            let is_plain = !typed.chars().any(char::is_control);
            match typed.chars().count() {
                0 => faults.push((field, Fault::Missing)),
                count if count > most || !is_plain => faults.push((field, Fault::TooLong(most))),
                _ => {}
            }
            typed.to_owned()
        };
        let name = text("name", &draft.name, MAX_NAME);
        let client_id = text("client_id", &draft.client_id, MAX_CLIENT_ID);
        let issuer = draft.issuer.trim().to_owned();
        if issuer.is_empty() {
            faults.push(("issuer", Fault::Missing));
        } else if !is_issuer(&issuer) {
            faults.push(("issuer", Fault::Issuer));
        }
        let mut claim = |field: &'static str, typed: &str, usual: String| match typed.trim() {
            "" => usual,
            typed if is_claim(typed) => typed.to_owned(),
            _ => {
                faults.push((field, Fault::Claim));
                usual
            }
        };
        let claims = ClaimNames {
            email: claim("email_claim", &draft.email_claim, usual.email),
            name: claim("name_claim", &draft.name_claim, usual.name),
            groups: claim("groups_claim", &draft.groups_claim, usual.groups),
        };
        let secret_expires_on = match draft.secret_expires_on.trim() {
            "" => None,
            day => day
                .parse()
                .map_err(|_| faults.push(("secret_expires_on", Fault::Day)))
                .ok(),
        };
        let default_role = match draft.default_role.trim() {
            "" => None,
            role if is_for_strangers(role) => Some(role.to_owned()),
            _ => {
                faults.push(("default_role", Fault::Role));
                None
            }
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            guide: Guide::find(&draft.guide),
            name,
            issuer,
            client_id,
            secret_expires_on,
            jit: draft.jit,
            default_role,
            claims,
        })
    }
}

/// Judges a client secret as it was typed.
///
/// # Errors
/// It is missing or too long.
pub(super) fn secret(typed: &Secret<String>) -> Result<Secret<String>, Fault> {
    let typed = typed.expose().trim();
    match typed.len() {
        0 => Err(Fault::Missing),
        MAX_SECRET.. => Err(Fault::TooLong(MAX_SECRET)),
        _ => Ok(Secret::new(typed.to_owned())),
    }
}

/// An issuer has neither query nor fragment (Discovery 1.0 §3).
fn is_issuer(text: &str, egress: &Egress) -> bool {
    egress.allow(text).is_ok_and(|url| url.query().is_none()) && !text.contains('?') && !text.contains("/.well-known/")
}

/// An entity id is compared to the letter and need not be an address (Core §8.3.6).
fn is_entity(text: &str) -> bool {
    text.len() <= 500 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_claim(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>');
    text.len() <= MAX_CLAIM && text.bytes().all(is_fit)
}

/// Nobody becomes an owner by being unknown.
fn is_for_strangers(role: &str) -> bool {
    Role::find(role).is_some_and(|role| role != Role::Owner && !role.needs_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::egress::Reach;

    fn judge(change: impl FnOnce(&mut Draft)) -> Vec<(&'static str, Fault)> {
        let mut draft = Draft {
            guide: "okta".to_owned(),
            name: " Okta ".to_owned(),
            issuer: "https://idp.example.com/".to_owned(),
            client_id: "id".to_owned(),
            ..Draft::default()
        };
        change(&mut draft);
        let egress = Egress::try_new(Reach::Public).expect("the client is built");
        match Terms::read(&draft, &egress) {
            Ok(terms) => {
                assert_eq!((terms.name.as_str(), terms.claims.email.as_str()), ("Okta", "email"));
                Vec::new()
            }
            Err(faults) => faults,
        }
    }

    #[test]
    fn what_is_wrong_with_a_form_is_said_by_field() {
        assert_eq!(judge(|_| {}), []);
        assert_eq!(judge(|d| d.name = String::new()), [("name", Fault::Missing)]);
        assert_eq!(judge(|d| d.name = "x".repeat(61)), [("name", Fault::TooLong(60))]);
        assert_eq!(judge(|d| d.client_id = " ".to_owned()), [("client_id", Fault::Missing)]);
        for issuer in [
            "idp.example.com",
            "http://idp.example.com",
            "https://10.0.0.1",
            "https://idp.example.com?x",
            "https://idp.example.com/.well-known/openid-configuration",
        ] {
            assert_eq!(
                judge(|d| d.issuer = issuer.to_owned()),
                [("issuer", Fault::Issuer)],
                "{issuer}"
            );
        }
        assert_eq!(
            judge(|d| d.secret_expires_on = "soon".to_owned()),
            [("secret_expires_on", Fault::Day)]
        );
        assert_eq!(
            judge(|d| d.default_role = "owner".to_owned()),
            [("default_role", Fault::Role)]
        );
        assert_eq!(judge(|d| d.default_role = "door_staff".to_owned()), []);
        assert_eq!(
            judge(|d| d.groups_claim = "a b".to_owned()),
            [("groups_claim", Fault::Claim)]
        );
        assert_eq!(judge(|d| d.groups_claim = "https://x.example/groups".to_owned()), []);
    }
}
