//! SQL of `scim_users`.

use bilten_kernel::{AccountId, ScimGroupId, ScimUserId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use crate::scim::user::User;

/// Returns whether the row was written; it is not when the name is taken or the account has a row.
pub(in crate::scim) async fn insert(tx: &mut TenantTx, user: &User) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into scim_users (tenant_id, id, account_id, user_name_norm, external_id, is_active, doc, version, created_at,
                                 updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict do nothing",
        tx.tenant().uuid(),
        user.id.uuid(),
        user.account.uuid(),
        user.name_norm,
        user.external_id(),
        user.is_active,
        Value::Object(user.document.clone()),
        user.version,
        user.created_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns whether nobody else has the name.
pub(in crate::scim) async fn update(tx: &mut TenantTx, user: &User) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update scim_users set user_name_norm = $2, external_id = $3, is_active = $4, doc = $5, version = $6, updated_at = $7
         where id = $1 and not exists (select 1 from scim_users o where o.user_name_norm = $2 and o.id <> $1)",
        user.id.uuid(),
        user.name_norm,
        user.external_id(),
        user.is_active,
        Value::Object(user.document.clone()),
        user.version,
        user.updated_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::scim) async fn delete(tx: &mut TenantTx, id: ScimUserId) -> Result<(), DbError> {
    sqlx::query!("delete from scim_users where id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(in crate::scim) async fn find(tx: &mut TenantTx, id: ScimUserId) -> Result<Option<User>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, account_id, user_name_norm, is_active, doc, version, created_at, updated_at from scim_users where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::user))
}

/// Two who change the same person wait for one another.
pub(in crate::scim) async fn lock(tx: &mut TenantTx, id: ScimUserId) -> Result<Option<User>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, account_id, user_name_norm, is_active, doc, version, created_at, updated_at from scim_users where id = $1
         for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::user))
}

pub(in crate::scim) async fn find_by_account(tx: &mut TenantTx, id: AccountId) -> Result<Option<ScimUserId>, DbError> {
    let found = sqlx::query_scalar!("select id from scim_users where account_id = $1", id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.map(ScimUserId::from_uuid))
}

pub(in crate::scim) async fn find_by_name(tx: &mut TenantTx, norm: &str) -> Result<Vec<User>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, account_id, user_name_norm, is_active, doc, version, created_at, updated_at from scim_users
         where user_name_norm = $1",
        norm
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::user).collect())
}

pub(in crate::scim) async fn find_by_external(
    tx: &mut TenantTx,
    external_id: &str,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        "select id, account_id, user_name_norm, is_active, doc, version, created_at, updated_at from scim_users
         where external_id = $1 order by id limit $2",
        external_id,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::user).collect())
}

/// Lists people in the order in which they came; of one group if given.
pub(in crate::scim) async fn page(
    tx: &mut TenantTx,
    group: Option<ScimGroupId>,
    (limit, offset): (i64, i64),
) -> Result<Vec<User>, DbError> {
    let rows = match group {
        None => {
            sqlx::query_as!(
                Row,
                "select id, account_id, user_name_norm, is_active, doc, version, created_at, updated_at from scim_users
                 order by id limit $1 offset $2",
                limit,
                offset
            )
            .fetch_all(tx.conn())
            .await?
        }
        Some(group) => {
            sqlx::query_as!(
                Row,
                "select u.id, u.account_id, u.user_name_norm, u.is_active, u.doc, u.version, u.created_at, u.updated_at
                 from scim_members m join scim_users u on u.tenant_id = m.tenant_id and u.id = m.user_id
                 where m.group_id = $3 order by m.user_id limit $1 offset $2",
                limit,
                offset,
                group.uuid()
            )
            .fetch_all(tx.conn())
            .await?
        }
    };
    Ok(rows.into_iter().map(Row::user).collect())
}

pub(in crate::scim) async fn count(tx: &mut TenantTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(r#"select count(*) as "n!" from scim_users"#)
        .fetch_one(tx.conn())
        .await?;
    Ok(count)
}

struct Row {
    id: Uuid,
    account_id: Uuid,
    user_name_norm: String,
    is_active: bool,
    doc: Value,
    version: i64,
    created_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn user(self) -> User {
        User {
            id: ScimUserId::from_uuid(self.id),
            account: AccountId::from_uuid(self.account_id),
            name_norm: self.user_name_norm,
            is_active: self.is_active,
            document: match self.doc {
                Value::Object(document) => document,
                _ => serde_json::Map::new(),
            },
            version: self.version,
            created_at: self.created_at.to_jiff(),
            updated_at: self.updated_at.to_jiff(),
        }
    }
}
