//! The form of a connection, between what was typed and what is kept.

use bilten_branding::{
    texts,
    views::{Choice, FieldErrors, Text, console::SsoForm},
};
use bilten_sso::connections::{Connection, Draft, Fault, Kind};
use bilten_tenancy::permissions::Role;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    guide: String,
    name: String,
    issuer: String,
    client_id: String,
    secret_expires_on: String,
    jit: String,
    default_role: String,
    email_claim: String,
    name_claim: String,
    groups_claim: String,
}

impl Input {
    pub(super) fn draft(&self) -> Draft {
        Draft {
            guide: self.guide.clone(),
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            secret_expires_on: self.secret_expires_on.clone(),
            jit: !self.jit.is_empty(),
            default_role: self.default_role.clone(),
            email_claim: self.email_claim.clone(),
            name_claim: self.name_claim.clone(),
            groups_claim: self.groups_claim.clone(),
        }
    }
}

/// Shows what was typed.
pub(super) fn typed(draft: Draft) -> SsoForm {
    SsoForm {
        guide: bilten_sso::connections::Guide::find(&draft.guide).name().to_owned(),
        name: draft.name,
        issuer: draft.issuer,
        client_id: draft.client_id,
        secret_expires_on: draft.secret_expires_on,
        jit: draft.jit,
        roles: roles(&draft.default_role, false),
        default_role: draft.default_role,
        email_claim: draft.email_claim,
        name_claim: draft.name_claim,
        groups_claim: draft.groups_claim,
        is_saml: false,
    }
}

/// Shows what was typed about a connection of this kind.
pub(super) fn typed_again(draft: Draft, kind: Kind) -> SsoForm {
    SsoForm {
        is_saml: kind == Kind::Saml,
        ..typed(draft)
    }
}

/// Shows what is kept.
pub(super) fn kept(connection: &Connection) -> SsoForm {
    let default_role = connection.default_role.clone().unwrap_or_default();
    let draft = Draft {
        guide: connection.guide.name().to_owned(),
        name: connection.name.clone(),
        issuer: connection.issuer.clone(),
        client_id: connection.client_id.clone(),
        secret_expires_on: connection
            .secret_expires_on
            .map(|day| day.to_string())
            .unwrap_or_default(),
        jit: connection.jit,
        default_role,
        email_claim: connection.claims.email.clone(),
        name_claim: connection.claims.name.clone(),
        groups_claim: connection.claims.groups.clone(),
    };
    typed_again(draft, connection.kind)
}

/// Roles to choose from; strangers become no owners, members of a group may.
pub(super) fn roles(chosen: &str, with_owner: bool) -> Vec<Choice> {
    let all = Role::ALL
        .into_iter()
        .filter(|role| !role.needs_end() && (with_owner || *role != Role::Owner));
    all.map(|role| Choice::new(role.name(), format!("role-{}", role.name()), role.name() == chosen))
        .collect()
}

/// Says what is wrong, field by field.
pub(super) fn errors(faults: &[(&'static str, Fault)]) -> FieldErrors {
    faults.iter().fold(FieldErrors::none(), |errors, (field, found)| {
        errors.with(field, said(*found))
    })
}

pub(super) fn said(fault: Fault) -> Text {
    match fault {
        Fault::Missing => Text::new(texts::FIELD_REQUIRED),
        Fault::TooLong(most) => Text::new(texts::FIELD_TOO_LONG).with("max", u32::try_from(most).unwrap_or(u32::MAX)),
        Fault::Issuer => Text::new(texts::FIELD_SSO_ISSUER),
        Fault::Day => Text::new(texts::FIELD_DATE_INVALID),
        Fault::Role => Text::new(texts::FIELD_SSO_ROLE),
        Fault::Claim => Text::new(texts::FIELD_SSO_CLAIM),
    }
}
