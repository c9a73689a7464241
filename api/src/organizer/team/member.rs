//! One member: what he holds, what he may do and why, and changing it.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Section, Text,
        console::{HeldRole, MemberView, WhyRow},
    },
};
use bilten_kernel::{AccountId, AccountKind, MembershipKind};
use bilten_sso::team::{self, Member, RemoveError, RoleError};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, PermissionSet, Scope},
};

use super::{
    grant::{Typed, explain},
    permit, refused,
    words::{Words, clashes},
};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, figures, urls},
};

/// `GET /manage/team/members/{id}`.
pub(super) async fn show(PathId(id): PathId<AccountKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = view(&console, &mut tx, id, (&Typed::default(), FieldErrors::none())).await?;
    tx.commit().await?;
    console.html(Section::Team, &view)
}

/// `POST /manage/team/members/{id}/roles`.
pub(super) async fn give(
    PathId(id): PathId<AccountKind>,
    console: Console,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::RoleManage).await?;
    let members = team::list_members(&mut tx).await?;
    find(&members, id)?;
    let zone = console.state.settings.get(&console).await?.time_zone.clone();
    let words = Words::read(&console, &mut tx, zone, &members).await?;
    let mut errors = FieldErrors::none();
    if let Some(grant) = typed.meant(&words, &mut errors) {
        if words.knows(grant.place) {
            match team::give_role(&mut tx, &console, id, &grant).await {
                Ok(_) => {
                    tx.commit().await?;
                    return Ok(redirect_saying(&urls::member(id), texts::FLASH_ROLE_GIVEN));
                }
                Err(RoleError::Managed) => errors.push("role", Text::new(texts::FLASH_REFUSED_MANAGED)),
                Err(RoleError::Role(error)) => explain(error, &mut errors)?,
            }
        } else {
            errors.push("place", Text::new(texts::FIELD_REQUIRED));
        }
    }
    tx.rollback().await?;
    let mut tx = console.begin().await?;
    let view = view(&console, &mut tx, id, (&typed, errors)).await?;
    tx.commit().await?;
    console.html_refused(Section::Team, &view)
}

/// `POST /manage/team/roles/{id}/withdrawal`.
pub(super) async fn withdraw(
    PathId(id): PathId<MembershipKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::RoleManage).await?;
    match team::take_role(&mut tx, &console, id).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::TEAM, texts::FLASH_ROLE_TAKEN))
        }
        Err(RoleError::Managed) => Ok(redirect_saying(urls::TEAM, texts::FLASH_REFUSED_MANAGED)),
        Err(RoleError::Role(error)) => refused(urls::TEAM, error),
    }
}

/// `POST /manage/team/members/{id}/removal`.
pub(super) async fn remove(
    PathId(id): PathId<AccountKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::MemberRemove).await?;
    match team::remove(&mut tx, &console, id).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::TEAM, texts::FLASH_MEMBER_REMOVED))
        }
        Err(RemoveError::Unknown) => Err(Problem::not_found()),
        Err(RemoveError::Managed) => Ok(redirect_saying(&urls::member(id), texts::FLASH_REFUSED_MANAGED)),
        Err(RemoveError::Role(error)) => refused(&urls::member(id), error),
        Err(RemoveError::Db(error)) => Err(error.into()),
    }
}

fn find(members: &[Member], id: AccountId) -> Result<&Member, Problem> {
    let found = members.iter().find(|member| member.account == id);
    found.ok_or_else(Problem::not_found)
}

async fn view(
    console: &Console,
    tx: &mut TenantTx,
    id: AccountId,
    (typed, errors): (&Typed, FieldErrors),
) -> Result<MemberView, Problem> {
    permit(console, tx, Permission::MemberRead).await?;
    let members = team::list_members(tx).await?;
    let member = find(&members, id)?;
    let roles = permissions::all_roles(tx).await?;
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let words = Words::read(console, tx, zone, &members).await?;
    let is_you = id == console.session.account;
    let may = |permission| console.may_on(permission, Scope::Tenant) && !is_you;
    let why = permissions::why(&member.memberships, &roles, console.now());
    let held: PermissionSet = why.keys().copied().collect();
    let is_used = |permission: &Permission| permission.entry().is_used;
    Ok(MemberView {
        name: member.name.clone(),
        email: member.email.clone(),
        last_seen: member.last_seen_at.map(|at| figures::moment(at, &words.zone)),
        is_you,
        back_url: urls::TEAM.to_owned(),
        roles: member
            .memberships
            .iter()
            .map(|membership| HeldRole {
                withdraw_action: may(Permission::RoleManage).then(|| urls::membership(membership.id, "withdrawal")),
                ..words.held(console, membership)
            })
            .collect(),
        form: may(Permission::RoleManage).then(|| {
            let action = (format!("{}/roles", urls::member(id)), false);
            typed.form(console, &words, action, errors)
        }),
        // Whoever holds everything is an owner, and meant to.
        clashes: if held == PermissionSet::all() {
            Vec::new()
        } else {
            clashes(held.clashes())
        },
        why: why
            .iter()
            .filter(|(permission, _)| is_used(permission))
            .map(|(permission, because)| WhyRow {
                key: permission.entry().text_key(),
                is_pii: permission.entry().is_pii,
                because: because.iter().map(|m| words.held(console, m)).collect(),
            })
            .collect(),
        remove_action: may(Permission::MemberRemove).then(|| format!("{}/removal", urls::member(id))),
    })
}
