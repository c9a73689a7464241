//! SQL of `authenticators` and `recovery_codes`.

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

pub(super) async fn find_confirmed(tx: &mut TenantTx, account: AccountId) -> Result<Option<Timestamp>, DbError> {
    let row = sqlx::query_scalar!(
        r#"select confirmed_at as "confirmed_at!" from authenticators where account_id = $1 and confirmed_at is not null"#,
        account.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Keeps a secret that waits for its first code; one that is confirmed stays.
pub(super) async fn save_begun(
    tx: &mut TenantTx,
    account: AccountId,
    sealed: &[u8],
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into authenticators as a (tenant_id, account_id, sealed_secret, created_at, last_step)
         values ($1, $2, $3, $4, 0)
         on conflict (tenant_id, account_id) do update
         set sealed_secret = excluded.sealed_secret, created_at = excluded.created_at
         where a.confirmed_at is null",
        tx.tenant().uuid(),
        account.uuid(),
        sealed,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_waiting(tx: &mut TenantTx, account: AccountId) -> Result<Option<Vec<u8>>, DbError> {
    let sealed = sqlx::query_scalar!(
        "select sealed_secret from authenticators where account_id = $1 and confirmed_at is null",
        account.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(sealed)
}

/// Returns whether it waited.
pub(super) async fn update_confirmed(
    tx: &mut TenantTx,
    account: AccountId,
    step: i64,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update authenticators set confirmed_at = $2, last_step = $3 where account_id = $1 and confirmed_at is null",
        account.uuid(),
        now.to_sqlx() as _,
        step,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_secret(tx: &mut TenantTx, account: AccountId) -> Result<Option<Vec<u8>>, DbError> {
    let sealed = sqlx::query_scalar!(
        "select sealed_secret from authenticators where account_id = $1 and confirmed_at is not null",
        account.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(sealed)
}

/// Returns whether no code of this step, or of a later one, was taken before.
pub(super) async fn update_step(tx: &mut TenantTx, account: AccountId, step: i64) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update authenticators set last_step = $2
         where account_id = $1 and confirmed_at is not null and last_step < $2",
        account.uuid(),
        step
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete_authenticator(tx: &mut TenantTx, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("delete from authenticators where account_id = $1", account.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn insert_codes(
    tx: &mut TenantTx,
    account: AccountId,
    hashes: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into recovery_codes (tenant_id, account_id, code_hash, created_at)
         select $1, $2, hash, $4 from unnest($3::bytea[]) hash",
        tx.tenant().uuid(),
        account.uuid(),
        hashes,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns whether there was such a code, unused.
pub(super) async fn update_code_used(
    tx: &mut TenantTx,
    account: AccountId,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update recovery_codes set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null",
        account.uuid(),
        hash,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn count_codes(tx: &mut TenantTx, account: AccountId) -> Result<i64, DbError> {
    let left = sqlx::query_scalar!(
        r#"select count(*) as "left!" from recovery_codes where account_id = $1 and used_at is null"#,
        account.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(left)
}

pub(super) async fn delete_codes(tx: &mut TenantTx, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("delete from recovery_codes where account_id = $1", account.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}
