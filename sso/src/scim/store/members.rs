//! SQL of `scim_members`.

use bilten_kernel::{AccountId, ScimGroupId, ScimUserId};
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

/// Members of a group that are listed.
const MAX_LISTED: i64 = 100_000;
/// Groups of somebody that are listed.
const MAX_GROUPS: i64 = 100_000;

/// Adds those who are there and not members yet; returns them.
pub(in crate::scim) async fn add(
    tx: &mut TenantTx,
    group: ScimGroupId,
    users: &[Uuid],
) -> Result<Vec<ScimUserId>, DbError> {
    let added = sqlx::query_scalar!(
        "insert into scim_members (tenant_id, group_id, user_id)
         select u.tenant_id, $1, u.id from scim_users u where u.id = any($2)
         on conflict (tenant_id, group_id, user_id) do nothing returning user_id",
        group.uuid(),
        users
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(added.into_iter().map(ScimUserId::from_uuid).collect())
}

/// Removes these, or all but these; returns who was a member.
pub(in crate::scim) async fn remove(
    tx: &mut TenantTx,
    group: ScimGroupId,
    (users, is_all_but): (&[Uuid], bool),
) -> Result<Vec<ScimUserId>, DbError> {
    let removed = sqlx::query_scalar!(
        "delete from scim_members where group_id = $1 and (user_id = any($2)) <> $3 returning user_id",
        group.uuid(),
        users,
        is_all_but
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(removed.into_iter().map(ScimUserId::from_uuid).collect())
}

/// Takes somebody out of every group.
pub(in crate::scim) async fn forget_user(tx: &mut TenantTx, user: ScimUserId) -> Result<(), DbError> {
    sqlx::query!("delete from scim_members where user_id = $1", user.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Counts which of these are there.
pub(in crate::scim) async fn count_known(tx: &mut TenantTx, users: &[Uuid]) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "n!" from scim_users where id = any($1)"#, users)
        .fetch_one(tx.conn())
        .await?;
    Ok(count)
}

pub(in crate::scim) async fn list(tx: &mut TenantTx, group: ScimGroupId) -> Result<Vec<ScimUserId>, DbError> {
    let members = sqlx::query_scalar!(
        "select user_id from scim_members where group_id = $1 order by user_id limit $2",
        group.uuid(),
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(members.into_iter().map(ScimUserId::from_uuid).collect())
}

pub(in crate::scim) async fn count(tx: &mut TenantTx, group: ScimGroupId) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from scim_members where group_id = $1"#,
        group.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

/// Lists the members who are active, with their accounts.
pub(in crate::scim) async fn accounts(
    tx: &mut TenantTx,
    group: ScimGroupId,
) -> Result<Vec<(ScimUserId, AccountId)>, DbError> {
    let rows = sqlx::query!(
        "select u.id, u.account_id from scim_members m
         join scim_users u on u.tenant_id = m.tenant_id and u.id = m.user_id
         where m.group_id = $1 and u.is_active order by u.id limit $2",
        group.uuid(),
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (ScimUserId::from_uuid(row.id), AccountId::from_uuid(row.account_id)))
        .collect())
}

/// Lists the groups of many, each with its name.
pub(in crate::scim) async fn groups_of(
    tx: &mut TenantTx,
    users: &[Uuid],
) -> Result<Vec<(ScimUserId, ScimGroupId, String)>, DbError> {
    let rows = sqlx::query!(
        "select m.user_id, g.id, g.display_name from scim_members m
         join scim_groups g on g.tenant_id = m.tenant_id and g.id = m.group_id
         where m.user_id = any($1) order by m.user_id, g.id limit $2",
        users,
        MAX_GROUPS
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                ScimUserId::from_uuid(row.user_id),
                ScimGroupId::from_uuid(row.id),
                row.display_name,
            )
        })
        .collect())
}
