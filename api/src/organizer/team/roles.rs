//! `GET /manage/roles`: what each role holds, and who can do one thing.

use axum::response::Response;
use bilten_branding::views::{
    Choice, Section,
    console::{RoleCard, RolesView, WhoRow},
};
use bilten_kernel::AccountId;
use bilten_sso::team;
use bilten_tenancy::permissions::{self, Permission, PermissionSet, Role, RoleName, Scope, registry};
use serde::Deserialize;

use super::{permit, words::Words};
use crate::{
    http::{extract::Params, problem::Problem},
    organizer::{console::Console, figures::count, urls},
};

/// What is asked about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    permission: String,
}

pub(super) async fn show(console: Console, Params(asked): Params<Asked>) -> Result<Response, Problem> {
    let zone = console.state.settings.get(&console).await?.time_zone.clone();
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::MemberRead).await?;
    let members = team::list_members(&mut tx).await?;
    let words = Words::read(&console, &mut tx, zone, &members).await?;
    let roles = permissions::all_roles(&mut tx).await?;
    tx.commit().await?;
    let all: Vec<_> = members.iter().flat_map(|member| member.memberships.clone()).collect();
    let holders = |role: RoleName| {
        let living = all.iter().filter(|m| m.role == role && m.is_alive_at(console.now()));
        let people: std::collections::BTreeSet<AccountId> = living.map(|m| m.account).collect();
        count(i64::try_from(people.len()).unwrap_or(i64::MAX))
    };
    let may_manage = console.may_on(Permission::RoleManage, Scope::Tenant);
    let card = |role: RoleName, holds: PermissionSet| RoleCard {
        role: words.role(role),
        text: match role {
            RoleName::BuiltIn(role) => Some(format!("role-text-{role}")),
            RoleName::Own(_) => None,
        },
        holders: holders(role),
        holds: keys(holds),
        edit_url: match role {
            RoleName::Own(id) if may_manage => Some(urls::own_role(id)),
            RoleName::Own(_) | RoleName::BuiltIn(_) => None,
        },
    };
    let chosen = Permission::find(&asked.permission);
    let who = chosen.map(|permission| permissions::who(&all, &roles, permission, console.now()));
    let view = RolesView {
        back_url: urls::TEAM.to_owned(),
        built_in: Role::ALL
            .into_iter()
            .map(|role| card(RoleName::BuiltIn(role), role.permissions()))
            .collect(),
        own: words
            .own_roles
            .iter()
            .map(|role| card(RoleName::Own(role.id), role.permissions))
            .collect(),
        new_url: may_manage.then(|| format!("{}/new", urls::ROLES)),
        who_action: urls::ROLES.to_owned(),
        permissions: registry()
            .iter()
            .filter(|entry| entry.is_used)
            .map(|entry| Choice::new(entry.name, entry.text_key(), Some(entry.permission) == chosen))
            .collect(),
        was_asked: who.is_some(),
        who: who
            .unwrap_or_default()
            .into_iter()
            .filter_map(|membership| {
                let member = members.iter().find(|member| member.account == membership.account)?;
                Some(WhoRow {
                    name: member.name.clone(),
                    url: urls::member(member.account),
                    because: words.held(&console, membership),
                })
            })
            .collect(),
    };
    console.html(Section::Team, &view)
}

fn keys(holds: PermissionSet) -> Vec<String> {
    let entries = holds.iter().map(Permission::entry).filter(|entry| entry.is_used);
    entries.map(permissions::Entry::text_key).collect()
}
