//! A role of the tenant's own: shown, tried, saved, removed.

use std::collections::BTreeMap;

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Section, Text,
        console::{RoleChange, RoleFormView, RolePreview, Tick, TickGroup},
    },
};
use bilten_kernel::{OwnRoleId, OwnRoleKind};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, OwnRoleError, Permission, PermissionSet, Place, Preview, RoleWish, registry},
};

use super::{permit, words::clashes};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, figures::count, urls},
};

type Fields = Vec<(String, String)>;

/// Groups of permissions by the first word of their names.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "permissions-group-event",
        &["event", "seatmap", "price", "quota", "code"],
    ),
    ("permissions-group-order", &["order", "attendee"]),
    ("permissions-group-door", &["ticket", "cash"]),
    (
        "permissions-group-money",
        &["payout", "payee", "finance", "tax", "report"],
    ),
    (
        "permissions-group-people",
        &["member", "role", "sso", "scim", "api_key", "audit"],
    ),
    ("permissions-group-org", &["org"]),
];

/// What the form says.
struct Input {
    wish: RoleWish,
    saves: bool,
}

impl Input {
    fn read(fields: &[(String, String)]) -> Self {
        let first = |name: &str| {
            fields
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| value.as_str())
        };
        let ticked = fields.iter().filter(|(field, _)| field == "permission");
        Self {
            wish: RoleWish {
                name: first("name").unwrap_or_default().to_owned(),
                permissions: ticked.filter_map(|(_, value)| Permission::find(value)).collect(),
            },
            saves: first("step") == Some("save"),
        }
    }
}

/// `GET /manage/roles/new`.
pub(super) async fn show_new(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::RoleManage).await?;
    tx.commit().await?;
    let wish = RoleWish {
        name: String::new(),
        permissions: PermissionSet::EMPTY,
    };
    let view = view(&console, None, &wish, (None, FieldErrors::none()));
    console.html(Section::Team, &view)
}

/// `GET /manage/roles/{id}`.
pub(super) async fn show(PathId(id): PathId<OwnRoleKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::RoleManage).await?;
    let role = permissions::find_own_role(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    let wish = RoleWish {
        name: role.name,
        permissions: role.permissions,
    };
    let view = view(&console, Some(id), &wish, (None, FieldErrors::none()));
    console.html(Section::Team, &view)
}

/// `POST /manage/roles/new`.
pub(super) async fn create(console: Console, CsrfForm(fields): CsrfForm<Fields>) -> Result<Response, Problem> {
    take(console, None, &Input::read(&fields)).await
}

/// `POST /manage/roles/{id}`.
pub(super) async fn save(
    PathId(id): PathId<OwnRoleKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<Response, Problem> {
    take(console, Some(id), &Input::read(&fields)).await
}

/// Tries the change in a transaction; keeps it when it was meant so, and shows what it would do otherwise.
async fn take(console: Console, id: Option<OwnRoleId>, input: &Input) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::RoleManage).await?;
    let preview = preview(&console, &mut tx, id, &input.wish).await?;
    let mut errors = FieldErrors::none();
    match permissions::save_own_role(&mut tx, &console, id, &input.wish).await {
        Ok(_) if input.saves => {
            tx.commit().await?;
            return Ok(redirect_saying(urls::ROLES, texts::FLASH_ROLE_SAVED));
        }
        Ok(_) => {
            tx.rollback().await?;
            let view = view(&console, id, &input.wish, (Some(preview), errors));
            return console.html(Section::Team, &view);
        }
        Err(error) => explain(error, &mut errors)?,
    }
    tx.rollback().await?;
    let view = view(&console, id, &input.wish, (None, errors));
    console.html_refused(Section::Team, &view)
}

async fn preview(
    console: &Console,
    tx: &mut TenantTx,
    id: Option<OwnRoleId>,
    wish: &RoleWish,
) -> Result<RolePreview, Problem> {
    let told = permissions::preview_own_role(tx, console, id, wish.permissions).await?;
    let Preview { gains, losses, .. } = &told;
    let rows = |changes: &BTreeMap<Permission, usize>| {
        let changes = changes.iter().map(|(permission, people)| RoleChange {
            key: permission.entry().text_key(),
            people: count(i64::try_from(*people).unwrap_or(i64::MAX)),
        });
        changes.collect()
    };
    Ok(RolePreview {
        gains: rows(gains),
        losses: rows(losses),
        clashes: clashes(told.clashes.clone()),
    })
}

/// `POST /manage/roles/{id}/removal`.
pub(super) async fn delete(
    PathId(id): PathId<OwnRoleKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::RoleManage).await?;
    match permissions::delete_own_role(&mut tx, &console, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::ROLES, texts::FLASH_ROLE_DELETED))
        }
        Err(OwnRoleError::Unknown) => Err(Problem::not_found()),
        Err(OwnRoleError::InUse(_)) => Ok(redirect_saying(urls::ROLES, texts::FLASH_REFUSED_IN_USE)),
        Err(OwnRoleError::NotHeld(_)) => Ok(redirect_saying(urls::ROLES, texts::FLASH_REFUSED_NOT_HELD)),
        Err(OwnRoleError::Db(error)) => Err(error.into()),
        Err(error) => Err(Problem::internal(error)),
    }
}

fn explain(error: OwnRoleError, errors: &mut FieldErrors) -> Result<(), Problem> {
    let (field, text) = match error {
        OwnRoleError::Unknown => return Err(Problem::not_found()),
        OwnRoleError::Db(error) => return Err(error.into()),
        OwnRoleError::Name => ("name", Text::new(texts::FIELD_REQUIRED)),
        OwnRoleError::NameTaken => ("name", Text::new(texts::FIELD_ROLE_NAME_TAKEN)),
        OwnRoleError::TooMany => ("name", Text::new(texts::FIELD_ROLES_MANY)),
        OwnRoleError::Empty | OwnRoleError::Reserved(_) => ("permission", Text::new(texts::FIELD_ROLE_EMPTY)),
        OwnRoleError::NotHeld(permission) => (
            "permission",
            Text::new(texts::FIELD_ROLE_NOT_HELD).with("permission", permission.name()),
        ),
        OwnRoleError::Own => ("permission", Text::new(texts::FLASH_REFUSED_OWN)),
        OwnRoleError::InUse(_) => ("permission", Text::new(texts::FLASH_REFUSED_IN_USE)),
    };
    errors.push(field, text);
    Ok(())
}

fn view(
    console: &Console,
    id: Option<OwnRoleId>,
    wish: &RoleWish,
    (preview, errors): (Option<RolePreview>, FieldErrors),
) -> RoleFormView {
    let held = console.session.rights.held_in(Place::Tenant);
    let groups = GROUPS.iter().map(|(key, words)| TickGroup {
        key: (*key).to_owned(),
        ticks: registry()
            .iter()
            .filter(|entry| entry.is_used && words.contains(&entry.permission.resource_and_verb().0))
            .map(|entry| Tick {
                name: entry.name.to_owned(),
                key: entry.text_key(),
                is_ticked: wish.permissions.contains(entry.permission),
                is_open: held.contains(entry.permission),
                is_pii: entry.is_pii,
            })
            .collect(),
    });
    RoleFormView {
        back_url: urls::ROLES.to_owned(),
        action: id.map_or_else(|| format!("{}/new", urls::ROLES), urls::own_role),
        is_new: id.is_none(),
        name: wish.name.clone(),
        groups: groups.collect(),
        preview,
        delete_action: id.map(|id| format!("{}/removal", urls::own_role(id))),
        errors,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_that_is_used_stands_in_one_group() {
        for entry in registry().iter().filter(|entry| entry.is_used) {
            let word = entry.permission.resource_and_verb().0;
            let groups = GROUPS.iter().filter(|(_, words)| words.contains(&word)).count();
            assert_eq!(groups, 1, "{}", entry.name);
        }
    }
}
