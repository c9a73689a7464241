//! SQL of `accounts`.

use bilten_kernel::{AccountId, Email, PersonName, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Account, Credentials, NewAccount};
use crate::passwords::PasswordHash;

/// Returns whether the row was written; it is not when the address is taken.
pub(super) async fn insert(
    tx: &mut TenantTx,
    id: AccountId,
    new: &NewAccount,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into accounts (tenant_id, id, email, email_norm, name, password_hash, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id, email_norm) do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        new.email.as_str(),
        new.email.normalized(),
        new.name.as_str(),
        new.password_hash.as_str(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_by_email(tx: &mut TenantTx, email_norm: &str) -> Result<Option<Account>, DbError> {
    let row = sqlx::query!(
        r#"select id, email, name, disabled_at is not null as "is_disabled!" from accounts where email_norm = $1"#,
        email_norm
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Account {
        id: AccountId::from_uuid(row.id),
        email: row.email,
        name: row.name,
        is_disabled: row.is_disabled,
    }))
}

pub(super) async fn find(tx: &mut TenantTx, id: AccountId) -> Result<Option<Account>, DbError> {
    let row = sqlx::query!(
        r#"select email, name, disabled_at is not null as "is_disabled!" from accounts where id = $1"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Account {
        id,
        email: row.email,
        name: row.name,
        is_disabled: row.is_disabled,
    }))
}

pub(super) async fn find_credentials(tx: &mut TenantTx, email_norm: &str) -> Result<Option<Credentials>, DbError> {
    let row = sqlx::query!(
        "select id, email, name, password_hash from accounts where email_norm = $1 and disabled_at is null",
        email_norm
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Credentials {
        id: AccountId::from_uuid(row.id),
        email: row.email,
        name: row.name,
        password_hash: row.password_hash,
    }))
}

pub(super) async fn find_credentials_of(tx: &mut TenantTx, id: AccountId) -> Result<Option<Credentials>, DbError> {
    let row = sqlx::query!(
        "select email, name, password_hash from accounts where id = $1 and disabled_at is null",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Credentials {
        id,
        email: row.email,
        name: row.name,
        password_hash: row.password_hash,
    }))
}

pub(super) async fn update_name(tx: &mut TenantTx, id: AccountId, name: &PersonName) -> Result<(), DbError> {
    sqlx::query!("update accounts set name = $2 where id = $1", id.uuid(), name.as_str())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Returns the log-in before, if one was noted.
pub(super) async fn update_last_login(
    tx: &mut TenantTx,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let before = sqlx::query_scalar!(
        "update accounts a set last_login_at = $2 from accounts before
         where a.id = $1 and before.tenant_id = a.tenant_id and before.id = a.id
         returning before.last_login_at",
        id.uuid(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(before.flatten().map(jiff_sqlx::Timestamp::to_jiff))
}

pub(super) async fn update_password(tx: &mut TenantTx, id: AccountId, hash: &PasswordHash) -> Result<(), DbError> {
    sqlx::query!(
        "update accounts set password_hash = $2 where id = $1",
        id.uuid(),
        hash.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns whether it was done; it is not when another account has the address.
pub(super) async fn update_person(
    tx: &mut TenantTx,
    id: AccountId,
    (email, name): (&Email, &PersonName),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update accounts set email = $2, email_norm = $3, name = $4
         where id = $1 and not exists (select 1 from accounts o where o.email_norm = $3 and o.id <> $1)",
        id.uuid(),
        email.as_str(),
        email.normalized(),
        name.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn update_enabled(tx: &mut TenantTx, id: AccountId, hash: &PasswordHash) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update accounts set disabled_at = null, password_hash = $2 where id = $1 and disabled_at is not null",
        id.uuid(),
        hash.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn update_disabled(tx: &mut TenantTx, id: AccountId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update accounts set disabled_at = coalesce(disabled_at, $2) where id = $1",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
