//! Which groups of the directory give which roles, in the whole tenant.
//!
//! A group is named by its id: another name of it changes nothing, and nobody gets a role by calling a group like another one.
//! What a group gives is marked with the group and taken with it; what people give stays theirs.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{AccountId, Ctx, ScimGroupId, ScimUserId};
use bilten_tenancy::{
    DbError, TenantTx, audit,
    permissions::{self, Grant, MembershipError, Place, RoleName},
};
use serde_json::json;

use super::{fault::ScimError, store};

/// Roles of one group at most.
pub const MAX_ROLES: usize = 10;

/// How many people a map changes something for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effect {
    /// They get a role that they do not have.
    pub gain: usize,
    /// They lose a role that they have.
    pub lose: usize,
}

/// A group for the page of the console.
#[derive(Debug, Clone)]
pub struct MappedGroup {
    /// Its id.
    pub id: ScimGroupId,
    /// Its name in the directory.
    pub name: String,
    /// Its members.
    pub members: i64,
    /// What it gives.
    pub roles: Vec<RoleName>,
}

/// Why a map is not kept.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// No such group.
    #[error("no such group")]
    NoGroup,
    /// Whoever maps a group to a role gives that role, and must hold what it holds.
    #[error("the role cannot be given")]
    Role(#[from] MembershipError),
    /// A member would have to lose or get something that he cannot.
    #[error("a member's roles cannot be changed")]
    Member(#[from] ScimError),
    /// The database refused.
    #[error("could not keep the map")]
    Db(#[from] DbError),
}

/// Lists groups with what they give, by name, at most 200; those that give something come first.
///
/// # Errors
/// The database refused.
pub async fn list_groups(tx: &mut TenantTx) -> Result<Vec<MappedGroup>, DbError> {
    let given = store::groups::all_roles(tx).await?;
    let mut all = store::groups::page(tx, None, (200, 0)).await?;
    let mapped: BTreeSet<ScimGroupId> = given.iter().map(|(id, _)| *id).collect();
    for id in mapped {
        if !all.iter().any(|group| group.id == id) {
            all.extend(store::groups::find(tx, id).await?);
        }
    }
    let mut groups = Vec::with_capacity(all.len());
    for group in all {
        let of_group = given.iter().filter(|(id, _)| *id == group.id);
        groups.push(MappedGroup {
            roles: of_group.filter_map(|(_, role)| role.parse().ok()).collect(),
            members: store::members::count(tx, group.id).await?,
            id: group.id,
            name: group.display_name,
        });
    }
    groups.sort_by_key(|group| (group.roles.is_empty(), group.name.to_lowercase()));
    Ok(groups)
}

/// Finds a group with what it gives.
///
/// # Errors
/// The database refused.
pub async fn find_group(tx: &mut TenantTx, id: ScimGroupId) -> Result<Option<MappedGroup>, DbError> {
    let Some(group) = store::groups::find(tx, id).await? else {
        return Ok(None);
    };
    Ok(Some(MappedGroup {
        id,
        name: group.display_name,
        members: store::members::count(tx, id).await?,
        roles: of_group(tx, id).await?,
    }))
}

/// Finds the names of the groups with which roles are marked; asks nothing when none is.
///
/// # Errors
/// The database refused.
pub async fn names_of_groups(
    tx: &mut TenantTx,
    sources: BTreeSet<String>,
) -> Result<BTreeMap<String, String>, DbError> {
    let mut names = BTreeMap::new();
    for source in sources {
        let Ok(id) = source.parse::<ScimGroupId>() else {
            continue;
        };
        if let Some(group) = store::groups::find(tx, id).await? {
            names.insert(source, group.display_name);
        }
    }
    Ok(names)
}

/// Finds what a group gives.
///
/// # Errors
/// The database refused.
pub async fn of_group(tx: &mut TenantTx, id: ScimGroupId) -> Result<Vec<RoleName>, DbError> {
    let given = store::groups::all_roles(tx).await?;
    let of_group = given.into_iter().filter(|(group, _)| *group == id);
    Ok(of_group.filter_map(|(_, role)| role.parse().ok()).collect())
}

/// Counts whom it would change something for if the group gave these roles and no others.
///
/// # Errors
/// The database refused.
pub async fn preview(tx: &mut TenantTx, id: ScimGroupId, roles: &[RoleName]) -> Result<Effect, DbError> {
    let mut effect = Effect::default();
    let source = id.to_string();
    for (_, account) in store::members::accounts(tx, id).await? {
        let held = permissions::list_memberships(tx, account).await?;
        let has = |role: &RoleName| held.iter().any(|m| m.role == *role && m.place == Place::Tenant);
        let only_here = |role: &RoleName| {
            let mut of_role = held.iter().filter(|m| m.role == *role && m.place == Place::Tenant);
            of_role.all(|m| m.source.as_deref() == Some(&source))
        };
        effect.gain += usize::from(roles.iter().any(|role| !has(role)));
        let gone = held
            .iter()
            .filter(|m| m.source.as_deref() == Some(&source) && !roles.contains(&m.role));
        effect.lose += usize::from(gone.into_iter().any(|m| only_here(&m.role)));
    }
    Ok(effect)
}

/// Says what a group gives; its members have it at once.
///
/// # Errors
/// See [`MapError`].
pub async fn map(tx: &mut TenantTx, ctx: &Ctx, id: ScimGroupId, roles: &[RoleName]) -> Result<(), MapError> {
    store::groups::lock(tx, id).await?.ok_or(MapError::NoGroup)?;
    permissions::bump(tx, ctx).await?;
    let roles = roles.get(..MAX_ROLES).unwrap_or(roles);
    let before = of_group(tx, id).await?;
    for role in roles.iter().filter(|role| !before.contains(role)) {
        permit(tx, ctx, *role).await?;
    }
    // Who takes a role away must hold it as well.
    for role in before.iter().filter(|role| !roles.contains(role)) {
        permit(tx, ctx, *role).await?;
    }
    let names: BTreeSet<String> = roles.iter().map(ToString::to_string).collect();
    let names: Vec<String> = names.into_iter().collect();
    store::groups::set_roles(tx, id, &names).await?;
    let entry = audit::Entry {
        action: "directory_group.mapped",
        object: id.to_string(),
        details: json!({ "roles": names }),
    };
    audit::record(tx, ctx, entry).await?;
    for (user, account) in store::members::accounts(tx, id).await? {
        // Whoever maps the group may be one of its members: the group gives, not he.
        let ctx = ctx.clone().with_actor(bilten_kernel::Actor::System);
        sync(tx, &ctx, (user, account)).await?;
    }
    Ok(())
}

async fn permit(tx: &mut TenantTx, ctx: &Ctx, role: RoleName) -> Result<(), MembershipError> {
    let grant = Grant {
        role,
        place: Place::Tenant,
        expires_at: None,
    };
    match permissions::permit(tx, ctx, &grant).await {
        // A role that is no more is taken by anybody.
        Err(MembershipError::NoRole) => Ok(()),
        other => other,
    }
}

/// Makes what groups give somebody what he holds of them.
pub(super) async fn sync(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (user, account): (ScimUserId, AccountId),
) -> Result<(), ScimError> {
    permissions::bump(tx, ctx).await?;
    let wanted = store::groups::roles_of_user(tx, user).await?;
    let wanted: BTreeSet<(String, String)> = wanted.into_iter().map(|(id, role)| (id.to_string(), role)).collect();
    let held = permissions::list_memberships(tx, account).await?;
    let held: Vec<_> = held
        .into_iter()
        .filter_map(|m| Some(((m.source?, m.role.to_string()), m.id)))
        .collect();
    for (source, role) in &wanted {
        let is_held = held.iter().any(|((by, what), _)| by == source && what == role);
        let (false, Ok(role)) = (is_held, role.parse::<RoleName>()) else {
            continue;
        };
        match permissions::provide(tx, ctx, account, (role, source)).await {
            Ok(_) | Err(MembershipError::NoRole) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for (key, id) in held {
        if !wanted.contains(&key) {
            permissions::withdraw(tx, ctx, id).await?;
        }
    }
    Ok(())
}
