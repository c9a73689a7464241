//! What a group of the directory gives.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Section, Text,
        console::{ScimGroupView, ScimRoleTick},
    },
};
use bilten_kernel::{ScimGroupId, ScimGroupKind};
use bilten_sso::scim::{self, Effect, MapError, ScimError};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, MembershipError, OwnRole, Role, RoleName},
};

use super::{permit, show::label};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

/// What somebody ticked, and what it would change.
#[derive(Default)]
struct Ticked {
    roles: Option<Vec<RoleName>>,
    preview: Vec<Text>,
    errors: Option<FieldErrors>,
}

/// `GET /manage/scim/groups/{id}`.
pub(super) async fn show(PathId(id): PathId<ScimGroupKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = view(&console, &mut tx, id, Ticked::default()).await?;
    tx.commit().await?;
    console.html(Section::Scim, &view)
}

/// `POST /manage/scim/groups/{id}`: shows what would change, and saves what was shown.
pub(super) async fn save(
    PathId(id): PathId<ScimGroupKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let roles = fields.iter().filter(|(name, _)| name == "role");
    let roles: Vec<RoleName> = roles.filter_map(|(_, value)| value.parse().ok()).collect();
    let confirmed = fields
        .iter()
        .find(|(name, _)| name == "confirmed")
        .map(|(_, value)| value.as_str());
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if confirmed != Some(names(&roles).as_str()) {
        let preview = said(scim::preview(&mut tx, id, &roles).await?);
        let ticked = Ticked {
            roles: Some(roles),
            preview,
            errors: None,
        };
        let view = view(&console, &mut tx, id, ticked).await?;
        tx.commit().await?;
        return console.html(Section::Scim, &view);
    }
    let key = match scim::map(&mut tx, &console, id, &roles).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(redirect_saying(urls::SCIM, texts::FLASH_SCIM_MAPPED));
        }
        Err(MapError::NoGroup) => return Err(Problem::not_found()),
        Err(
            MapError::Db(error) | MapError::Role(MembershipError::Db(error)) | MapError::Member(ScimError::Db(error)),
        ) => {
            return Err(error.into());
        }
        Err(MapError::Role(_)) => texts::FLASH_REFUSED_NOT_HELD,
        Err(MapError::Member(_)) => texts::FIELD_SCIM_MEMBER,
    };
    tx.rollback().await?;
    let mut tx = console.begin().await?;
    let ticked = Ticked {
        roles: Some(roles),
        errors: Some(FieldErrors::none().with("role", Text::new(key))),
        ..Ticked::default()
    };
    let view = view(&console, &mut tx, id, ticked).await?;
    tx.commit().await?;
    console.html_refused(Section::Scim, &view)
}

async fn view(console: &Console, tx: &mut TenantTx, id: ScimGroupId, ticked: Ticked) -> Result<ScimGroupView, Problem> {
    permit(console, tx).await?;
    let group = scim::find_group(tx, id).await?.ok_or_else(Problem::not_found)?;
    let own = permissions::list_own_roles(tx).await?;
    let chosen = ticked.roles.unwrap_or(group.roles);
    Ok(ScimGroupView {
        name: group.name,
        members: group.members,
        back_url: urls::SCIM.to_owned(),
        action: urls::scim_group(id),
        roles: offered(&own, &chosen),
        confirmed: if ticked.preview.is_empty() {
            String::new()
        } else {
            names(&chosen)
        },
        preview: ticked.preview,
        errors: ticked.errors.unwrap_or_else(FieldErrors::none),
    })
}

/// Roles that need an end are given by hand.
fn offered(own: &[OwnRole], chosen: &[RoleName]) -> Vec<ScimRoleTick> {
    let built_in = Role::ALL
        .into_iter()
        .filter(|role| !role.needs_end())
        .map(RoleName::BuiltIn);
    let all = built_in.chain(own.iter().map(|role| RoleName::Own(role.id)));
    all.map(|role| ScimRoleTick {
        value: role.to_string(),
        role: label(role, own),
        is_ticked: chosen.contains(&role),
    })
    .collect()
}

fn names(roles: &[RoleName]) -> String {
    let mut names: Vec<String> = roles.iter().map(ToString::to_string).collect();
    names.sort();
    format!("roles {}", names.join(" "))
}

fn said(effect: Effect) -> Vec<Text> {
    let lines = [
        (texts::SCIM_PREVIEW_GAIN, effect.gain),
        (texts::SCIM_PREVIEW_LOSE, effect.lose),
    ];
    let lines: Vec<Text> = lines
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| Text::new(key).with("count", i64::try_from(count).unwrap_or(i64::MAX)))
        .collect();
    if lines.is_empty() {
        vec![Text::new(texts::SCIM_PREVIEW_NONE)]
    } else {
        lines
    }
}
