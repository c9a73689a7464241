//! `GET /manage/scim`.

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section,
    console::{MadeKey, RoleLabel, ScimGroupRow, ScimRequestRow, ScimTokenForm, ScimTokenRow, ScimView},
};
use bilten_kernel::ZoneName;
use bilten_sso::{
    domains,
    scim::{self, Asked, MAX_LIVE, MappedGroup, Token},
};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, OwnRole, PermissionSet, Place, RoleName},
};
use serde::Deserialize;

use super::permit;
use crate::{
    http::{extract::Params, problem::Problem},
    organizer::{console::Console, figures, urls},
    scim::base_of,
};

/// What is shown of the requests.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asking {
    failed: String,
}

/// What somebody typed, or just made.
#[derive(Default)]
pub(super) struct Typed {
    pub name: String,
    pub until: String,
    pub errors: Option<FieldErrors>,
    pub made: Option<MadeKey>,
    pub is_failed_only: bool,
}

pub(super) async fn show(console: Console, Params(asking): Params<Asking>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let typed = Typed {
        is_failed_only: !asking.failed.is_empty(),
        ..Typed::default()
    };
    let view = view(&console, &mut tx, typed).await?;
    tx.commit().await?;
    console.html(Section::Scim, &view)
}

pub(super) async fn view(console: &Console, tx: &mut TenantTx, typed: Typed) -> Result<ScimView, Problem> {
    permit(console, tx).await?;
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let tokens = scim::list_tokens(tx).await?;
    let living = tokens.iter().filter(|token| token.is_alive_at(console.now())).count();
    let domains = domains::list(tx).await?;
    let own = permissions::list_own_roles(tx).await?;
    let is_owner = console
        .session
        .rights
        .held_in(Place::Tenant)
        .includes(PermissionSet::all());
    Ok(ScimView {
        base_url: base_of(&console.state, &console.tenant.tenant.primary_host),
        domains_url: domains
            .iter()
            .all(|domain| domain.verified_at.is_none())
            .then(|| urls::SSO.to_owned()),
        made: typed.made,
        tokens: tokens.iter().map(|token| token_row(console, token, &zone)).collect(),
        form: (is_owner && living < MAX_LIVE).then(|| ScimTokenForm {
            action: urls::SCIM_TOKENS.to_owned(),
            name: typed.name,
            until: typed.until,
            errors: typed.errors.unwrap_or_else(FieldErrors::none),
        }),
        is_owner,
        groups: scim::list_groups(tx)
            .await?
            .iter()
            .map(|group| group_row(group, &own))
            .collect(),
        requests: scim::recent(tx, typed.is_failed_only)
            .await?
            .into_iter()
            .map(|asked| request_row(asked, &zone))
            .collect(),
        is_failed_only: typed.is_failed_only,
        all_url: urls::SCIM.to_owned(),
        failed_url: format!("{}?failed=1", urls::SCIM),
    })
}

fn token_row(console: &Console, token: &Token, zone: &ZoneName) -> ScimTokenRow {
    let moment = |at| figures::moment(at, zone);
    ScimTokenRow {
        name: token.name.clone(),
        made: moment(token.created_at),
        used: token.last_used_at.map(moment),
        until: token.expires_at.map(moment),
        is_over: !token.is_alive_at(console.now()),
        revoke_action: urls::scim_token(token.id, "revocation"),
    }
}

fn group_row(group: &MappedGroup, own: &[OwnRole]) -> ScimGroupRow {
    ScimGroupRow {
        name: group.name.clone(),
        members: group.members,
        roles: group.roles.iter().map(|role| label(*role, own)).collect(),
        url: urls::scim_group(group.id),
    }
}

fn request_row(asked: Asked, zone: &ZoneName) -> ScimRequestRow {
    ScimRequestRow {
        at: figures::moment(asked.at, zone),
        request: format!("{} {}", asked.method, asked.target),
        status: asked.status,
        is_failed: asked.status >= 400,
        fault: asked.fault,
    }
}

/// Names a role.
pub(super) fn label(role: RoleName, own: &[OwnRole]) -> RoleLabel {
    match role {
        RoleName::BuiltIn(role) => RoleLabel {
            key: Some(format!("role-{role}")),
            name: String::new(),
        },
        RoleName::Own(id) => {
            let found = own.iter().find(|role| role.id == id);
            RoleLabel {
                key: None,
                name: found.map(|role| role.name.clone()).unwrap_or_default(),
            }
        }
    }
}
