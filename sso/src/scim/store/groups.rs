//! SQL of `scim_groups` and `scim_group_roles`.

use bilten_kernel::{ScimGroupId, ScimUserId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::scim::{group::Group, text::fold};

const MAX_ROLES: i64 = 1_000;

pub(in crate::scim) async fn insert(tx: &mut TenantTx, group: &Group) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scim_groups (tenant_id, id, display_name, name_norm, external_id, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        tx.tenant().uuid(),
        group.id.uuid(),
        group.display_name,
        fold(&group.display_name),
        group.external_id,
        group.version,
        group.created_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::scim) async fn update(tx: &mut TenantTx, group: &Group) -> Result<(), DbError> {
    sqlx::query!(
        "update scim_groups set display_name = $2, name_norm = $3, external_id = $4, version = $5, updated_at = $6 where id = $1",
        group.id.uuid(),
        group.display_name,
        fold(&group.display_name),
        group.external_id,
        group.version,
        group.updated_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The group with its roles; its members must be gone.
pub(in crate::scim) async fn delete(tx: &mut TenantTx, id: ScimGroupId) -> Result<(), DbError> {
    set_roles(tx, id, &[]).await?;
    sqlx::query!("delete from scim_groups where id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(in crate::scim) async fn find(tx: &mut TenantTx, id: ScimGroupId) -> Result<Option<Group>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, display_name, external_id, version, created_at, updated_at from scim_groups where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::group))
}

/// Two who change the same group, its members or its roles wait for one another.
pub(in crate::scim) async fn lock(tx: &mut TenantTx, id: ScimGroupId) -> Result<Option<Group>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, display_name, external_id, version, created_at, updated_at from scim_groups where id = $1 for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::group))
}

/// Lists groups in the order in which they came; those with a member if given.
pub(in crate::scim) async fn page(
    tx: &mut TenantTx,
    member: Option<ScimUserId>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Group>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select g.id, g.display_name, g.external_id, g.version, g.created_at, g.updated_at from scim_groups g
         where $3::uuid is null
            or g.id in (select m.group_id from scim_members m where m.tenant_id = g.tenant_id and m.user_id = $3)
         order by g.id limit $1 offset $2",
        limit,
        offset,
        member.map(ScimUserId::uuid)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::group).collect())
}

pub(in crate::scim) async fn find_by_name(tx: &mut TenantTx, norm: &str, limit: i64) -> Result<Vec<Group>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, display_name, external_id, version, created_at, updated_at from scim_groups
         where name_norm = $1 order by id limit $2",
        norm,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::group).collect())
}

pub(in crate::scim) async fn count(tx: &mut TenantTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "n!" from scim_groups"#)
        .fetch_one(tx.conn())
        .await?;
    Ok(count)
}

/// Lists which group gives which role.
pub(in crate::scim) async fn all_roles(tx: &mut TenantTx) -> Result<Vec<(ScimGroupId, String)>, DbError> {
    let rows = sqlx::query!(
        "select group_id, role from scim_group_roles order by group_id, role limit $1",
        MAX_ROLES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (ScimGroupId::from_uuid(row.group_id), row.role))
        .collect())
}

/// Lists what the groups of somebody give him.
pub(in crate::scim) async fn roles_of_user(
    tx: &mut TenantTx,
    user: ScimUserId,
) -> Result<Vec<(ScimGroupId, String)>, DbError> {
    let rows = sqlx::query!(
        "select r.group_id, r.role from scim_members m
         join scim_group_roles r on r.tenant_id = m.tenant_id and r.group_id = m.group_id
         where m.user_id = $1 order by r.group_id, r.role limit $2",
        user.uuid(),
        MAX_ROLES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (ScimGroupId::from_uuid(row.group_id), row.role))
        .collect())
}

pub(in crate::scim) async fn has_roles(tx: &mut TenantTx, group: ScimGroupId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select 1 from scim_group_roles where group_id = $1) as "is!""#,
        group.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

pub(in crate::scim) async fn set_roles(tx: &mut TenantTx, group: ScimGroupId, roles: &[String]) -> Result<(), DbError> {
    sqlx::query!("delete from scim_group_roles where group_id = $1", group.uuid())
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into scim_group_roles (tenant_id, group_id, role) select $1, $2, role from unnest($3::text[]) as role",
        tx.tenant().uuid(),
        group.uuid(),
        roles
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct Row {
    id: Uuid,
    display_name: String,
    external_id: Option<String>,
    version: i64,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn group(self) -> Group {
        let instant = |at: jiff_sqlx::Timestamp| -> Timestamp { at.to_jiff() };
        Group {
            id: ScimGroupId::from_uuid(self.id),
            display_name: self.display_name,
            external_id: self.external_id,
            version: self.version,
            created_at: instant(self.created_at),
            updated_at: instant(self.updated_at),
        }
    }
}
