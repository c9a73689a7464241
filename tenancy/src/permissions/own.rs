//! Roles that a tenant makes: a part of what their maker holds, under a name of the tenant's own.

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{AccountId, Actor, Ctx, OwnRoleId, Timestamp};
use serde_json::json;

use super::{
    Duty, Permission, PermissionSet, Place, Policy, RoleName, bump, list_all_memberships, list_memberships, own_store,
    require::policy_at, rights, store,
};
use crate::{DbError, TenantTx, audit};

/// A role of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRole {
    /// Its id.
    pub id: OwnRoleId,
    /// What people call it.
    pub name: String,
    /// What it holds.
    pub permissions: PermissionSet,
    /// When it was made, or changed for the last time.
    pub changed_at: Timestamp,
}

/// What a role shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleWish {
    /// What people call it: 1 to 60 characters, trimmed.
    pub name: String,
    /// What it holds.
    pub permissions: PermissionSet,
}

/// What a change of a role does to those who hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// How many people gain each permission somewhere.
    pub gains: BTreeMap<Permission, usize>,
    /// How many people lose each permission somewhere.
    pub losses: BTreeMap<Permission, usize>,
    /// Duties that the role would put into one hand.
    pub clashes: Vec<(Duty, Duty)>,
}

/// Why a role is not made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum OwnRoleError {
    /// No such role in this tenant.
    #[error("no such role")]
    Unknown,
    /// The name is empty or longer than 60 characters.
    #[error("the name has 1 to 60 characters")]
    Name,
    /// Another role has the name.
    #[error("another role has the name")]
    NameTaken,
    /// It would hold nothing.
    #[error("the role would hold nothing")]
    Empty,
    /// It would hold, or holds, what the actor does not.
    #[error("{} is not held by who changes the role", .0.name())]
    NotHeld(Permission),
    /// Nothing asks for the permission yet, so nobody is given it.
    #[error("{} is reserved", .0.name())]
    Reserved(Permission),
    /// The actor holds the role himself.
    #[error("one's own role is changed by somebody else")]
    Own,
    /// Somebody holds it.
    #[error("{0} hold the role")]
    InUse(usize),
    /// There are fifty.
    #[error("there are as many roles as there may be")]
    TooMany,
    /// The database refused.
    #[error("could not change the role")]
    Db(#[from] DbError),
}

/// Lists the tenant's own roles by name, at most 50.
///
/// # Errors
/// The database refused.
pub async fn list_own_roles(tx: &mut TenantTx) -> Result<Vec<OwnRole>, DbError> {
    own_store::list(tx).await
}

/// Finds one of the tenant's own roles.
///
/// # Errors
/// The database refused.
pub async fn find_own_role(tx: &mut TenantTx, id: OwnRoleId) -> Result<Option<OwnRole>, DbError> {
    own_store::find(tx, id).await
}

/// Makes a role, or changes one; whoever holds it has what it says from his next request on.
///
/// # Errors
/// See [`OwnRoleError`].
pub async fn save_own_role(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: Option<OwnRoleId>,
    wish: &RoleWish,
) -> Result<OwnRoleId, OwnRoleError> {
    bump(tx, ctx).await?;
    let name = wish.name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(OwnRoleError::Name);
    }
    let before = check(tx, ctx, id, wish.permissions).await?;
    let id = id.unwrap_or_else(|| ctx.new_id());
    if !own_store::upsert(tx, ctx, id, name).await? {
        return Err(OwnRoleError::NameTaken);
    }
    own_store::replace(tx, id, wish.permissions).await?;
    let names = |set: PermissionSet| set.iter().map(Permission::name).collect::<Vec<_>>();
    let details = json!({
        "name": name,
        "gained": names(wish.permissions.without(before)),
        "lost": names(before.without(wish.permissions)),
    });
    record(tx, ctx, id, ("role.saved", details)).await?;
    Ok(id)
}

/// Removes a role that nobody holds.
///
/// # Errors
/// See [`OwnRoleError`].
pub async fn delete_own_role(tx: &mut TenantTx, ctx: &Ctx, id: OwnRoleId) -> Result<(), OwnRoleError> {
    bump(tx, ctx).await?;
    let role = own_store::find(tx, id).await?.ok_or(OwnRoleError::Unknown)?;
    let all = list_all_memberships(tx).await?;
    let of_role = all.iter().filter(|m| m.role == RoleName::Own(id));
    let (alive, ended): (Vec<_>, Vec<_>) = of_role.partition(|m| m.is_alive_at(ctx.now()));
    if !alive.is_empty() {
        return Err(OwnRoleError::InUse(alive.len()));
    }
    for membership in ended {
        store::delete_membership(tx, membership.id).await?;
    }
    own_store::delete(tx, id).await?;
    record(tx, ctx, id, ("role.deleted", json!({ "name": role.name }))).await?;
    Ok(())
}

/// Tells what a change of a role would do, by asking the policy as it is and as it would be.
///
/// # Errors
/// The database refused.
pub async fn preview_own_role(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: Option<OwnRoleId>,
    permissions: PermissionSet,
) -> Result<Preview, DbError> {
    let mut preview = Preview {
        clashes: permissions.clashes(),
        ..Preview::default()
    };
    let Some(id) = id else { return Ok(preview) };
    let name = id.to_string();
    let rules = store::load_rules(tx, ctx.now()).await?;
    let holders: BTreeSet<AccountId> = rules
        .memberships
        .iter()
        .filter(|(_, role, _)| *role == name)
        .map(|(account, _, _)| *account)
        .collect();
    let mut changed = rules.clone();
    changed.grants.retain(|(role, _)| *role != name);
    changed
        .grants
        .extend(permissions.iter().map(|permission| (name.clone(), permission)));
    let (before, after) = (build(rules).await, build(changed).await);
    for account in holders {
        let (had, has) = (before.rights(account), after.rights(account));
        for permission in had_more(&has.held_anywhere(), &had.held_anywhere()) {
            *preview.gains.entry(permission).or_default() += 1;
        }
        for permission in had_more(&had.held_anywhere(), &has.held_anywhere()) {
            *preview.losses.entry(permission).or_default() += 1;
        }
    }
    Ok(preview)
}

fn had_more(more: &PermissionSet, less: &PermissionSet) -> impl Iterator<Item = Permission> {
    more.without(*less).iter()
}

async fn build(rules: super::Rules) -> Policy {
    let policy = Policy::build(rules).await;
    policy.expect("the model is a constant and each rule has its three parts")
}

/// Asks whether the actor may make the role what it shall be; returns what it held before.
async fn check(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: Option<OwnRoleId>,
    wanted: PermissionSet,
) -> Result<PermissionSet, OwnRoleError> {
    if wanted.is_empty() {
        return Err(OwnRoleError::Empty);
    }
    if let Some(reserved) = wanted.iter().find(|permission| !permission.entry().is_used) {
        return Err(OwnRoleError::Reserved(reserved));
    }
    let before = match id {
        Some(id) => own_store::find(tx, id).await?.ok_or(OwnRoleError::Unknown)?.permissions,
        None if own_store::list(tx).await?.len() >= own_store::MAX_OWN_ROLES => return Err(OwnRoleError::TooMany),
        None => PermissionSet::EMPTY,
    };
    if let (Actor::Staff(account), Some(id)) = (&ctx.actor, id) {
        let own = list_memberships(tx, *account).await?;
        if own.iter().any(|m| m.role == RoleName::Own(id)) {
            return Err(OwnRoleError::Own);
        }
    }
    let held = rights(tx, ctx).await?.held_in(Place::Tenant);
    if let Some(missing) = before.union(wanted).without(held).iter().next() {
        return Err(OwnRoleError::NotHeld(missing));
    }
    if let Actor::Staff(account) = ctx.actor {
        // A role has no end: whoever holds something for a while only puts it into none.
        let lasting = policy_at(tx, Timestamp::MAX)
            .await?
            .rights(account)
            .held_in(Place::Tenant);
        if let Some(passing) = wanted.without(before).without(lasting).iter().next() {
            return Err(OwnRoleError::NotHeld(passing));
        }
    }
    Ok(before)
}

async fn record(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: OwnRoleId,
    (action, details): (&str, serde_json::Value),
) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: id.to_string(),
        details,
    };
    audit::record(tx, ctx, entry).await
}
