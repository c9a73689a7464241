//! SQL of `own_roles` and of what they hold.

use std::collections::HashMap;

use bilten_kernel::{AccountId, Actor, Ctx, OwnRoleId};
use jiff_sqlx::ToSqlx;

use super::{OwnRole, Permission, PermissionSet};
use crate::{DbError, TenantTx};

/// Roles that a tenant makes at most.
pub(super) const MAX_OWN_ROLES: usize = 50;
/// Rows that are read: one more than there may be.
const MAX_LISTED: i64 = 51;

pub(super) async fn find(tx: &mut TenantTx, id: OwnRoleId) -> Result<Option<OwnRole>, DbError> {
    let row = sqlx::query!("select name, changed_at from own_roles where id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let held = sqlx::query_scalar!(
        "select permission from role_permissions where role = $1",
        id.to_string()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Some(OwnRole {
        id,
        name: row.name,
        permissions: held.iter().filter_map(|name| Permission::find(name)).collect(),
        changed_at: row.changed_at.to_jiff(),
    }))
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<OwnRole>, DbError> {
    let roles = sqlx::query!(
        "select id, name, changed_at from own_roles order by name limit $1",
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = roles
        .iter()
        .map(|row| OwnRoleId::from_uuid(row.id).to_string())
        .collect();
    let rows = sqlx::query!(
        "select role, permission from role_permissions where role = any($1)",
        &names
    )
    .fetch_all(tx.conn())
    .await?;
    let mut held: HashMap<String, PermissionSet> = HashMap::new();
    for row in rows {
        if let Some(permission) = Permission::find(&row.permission) {
            held.entry(row.role).or_default().insert(permission);
        }
    }
    let roles = roles.into_iter().zip(names).map(|(row, name)| OwnRole {
        id: OwnRoleId::from_uuid(row.id),
        name: row.name,
        permissions: held.get(&name).copied().unwrap_or_default(),
        changed_at: row.changed_at.to_jiff(),
    });
    Ok(roles.collect())
}

/// Writes the role's name; returns whether it did, which it does not when another role has the name.
pub(super) async fn upsert(tx: &mut TenantTx, ctx: &Ctx, id: OwnRoleId, name: &str) -> Result<bool, DbError> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select from own_roles where name = $1 and id <> $2) as "is_taken!""#,
        name,
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    if taken {
        return Ok(false);
    }
    let maker = match ctx.actor {
        Actor::Staff(maker) => Some(maker),
        Actor::ApiKey(..)
        | Actor::Directory(_)
        | Actor::Buyer
        | Actor::System
        | Actor::Operator(_)
        | Actor::Visiting(_) => None,
    };
    sqlx::query!(
        "insert into own_roles (tenant_id, id, name, created_by, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $5)
         on conflict (tenant_id, id) do update set name = excluded.name, changed_at = excluded.changed_at",
        tx.tenant().uuid(),
        id.uuid(),
        name,
        maker.map(AccountId::uuid),
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Sets what a role holds.
pub(super) async fn replace(tx: &mut TenantTx, id: OwnRoleId, permissions: PermissionSet) -> Result<(), DbError> {
    let (role, names): (String, Vec<String>) = (
        id.to_string(),
        permissions
            .iter()
            .map(|permission| permission.name().to_owned())
            .collect(),
    );
    sqlx::query!("delete from role_permissions where role = $1", role)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into role_permissions (tenant_id, role, permission) select $1, $2, p from unnest($3::text[]) as p",
        tx.tenant().uuid(),
        role,
        &names
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx, id: OwnRoleId) -> Result<(), DbError> {
    sqlx::query!("delete from role_permissions where role = $1", id.to_string())
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from own_roles where id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}
