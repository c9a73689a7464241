//! SQL of `role_permissions`, `memberships` and the policy version.

use bilten_kernel::{AccountId, MembershipId, OrganizerId, Timestamp};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Membership, Permission, Role, Rules};
use crate::{DbError, TenantTx};

/// More rules than this are not read; a tenant that large needs its roles in groups.
const MAX_RULES: i64 = 50_000;

/// Roles of one account that are listed.
pub(super) const MAX_MEMBERSHIPS_OF_ACCOUNT: i64 = 1_000;

pub(super) async fn find_version(tx: &mut TenantTx) -> Result<Option<i64>, DbError> {
    let version = sqlx::query_scalar!("select policy_version from tenant_settings")
        .fetch_optional(tx.conn())
        .await?;
    Ok(version)
}

/// Adds one to the upper half of the version and puts `random` in its lower half.
pub(super) async fn raise_version(tx: &mut TenantTx, random: i64) -> Result<(), DbError> {
    sqlx::query!(
        "update tenant_settings set policy_version = (((policy_version >> 32) + 1) << 32) + $1",
        random
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn load_rules(tx: &mut TenantTx) -> Result<Rules, DbError> {
    let grants = sqlx::query!("select role, permission from role_permissions limit $1", MAX_RULES)
        .fetch_all(tx.conn())
        .await?;
    let memberships = sqlx::query!(
        "select account_id, role, organizer_id from memberships limit $1",
        MAX_RULES
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Rules {
        // A permission that a newer version of the program wrote is passed over.
        grants: grants
            .into_iter()
            .filter_map(|row| Some((row.role, Permission::find(&row.permission)?)))
            .collect(),
        memberships: memberships
            .into_iter()
            .map(|row| {
                (
                    AccountId::from_uuid(row.account_id),
                    row.role,
                    row.organizer_id.map(OrganizerId::from_uuid),
                )
            })
            .collect(),
    })
}

pub(super) async fn insert_grants(tx: &mut TenantTx, grants: &[(Role, Permission)]) -> Result<(), DbError> {
    let roles: Vec<String> = grants.iter().map(|(role, _)| role.name().to_owned()).collect();
    let permissions: Vec<String> = grants
        .iter()
        .map(|(_, permission)| permission.name().to_owned())
        .collect();
    sqlx::query!(
        "insert into role_permissions (tenant_id, role, permission)
         select $1, g.role, g.permission from unnest($2::text[], $3::text[]) as g(role, permission)
         on conflict do nothing",
        tx.tenant().uuid(),
        &roles,
        &permissions,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert_membership(
    tx: &mut TenantTx,
    membership: &Membership,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into memberships (tenant_id, id, account_id, role, organizer_id, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        tx.tenant().uuid(),
        membership.id.uuid(),
        membership.account.uuid(),
        membership.role,
        membership.organizer.map(OrganizerId::uuid),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_membership(tx: &mut TenantTx, id: MembershipId) -> Result<Option<Membership>, DbError> {
    let row = sqlx::query!(
        "delete from memberships where id = $1 returning id, account_id, role, organizer_id",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| membership(row.id, row.account_id, row.role, row.organizer_id)))
}

pub(super) async fn count_owners(tx: &mut TenantTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from memberships where role = $1 and organizer_id is null"#,
        Role::Owner.name()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn list_memberships(tx: &mut TenantTx, account: AccountId) -> Result<Vec<Membership>, DbError> {
    let rows = sqlx::query!(
        "select id, account_id, role, organizer_id from memberships where account_id = $1 order by id limit $2",
        account.uuid(),
        MAX_MEMBERSHIPS_OF_ACCOUNT
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| membership(row.id, row.account_id, row.role, row.organizer_id))
        .collect())
}

fn membership(id: Uuid, account: Uuid, role: String, organizer: Option<Uuid>) -> Membership {
    Membership {
        id: MembershipId::from_uuid(id),
        account: AccountId::from_uuid(account),
        role,
        organizer: organizer.map(OrganizerId::from_uuid),
    }
}
