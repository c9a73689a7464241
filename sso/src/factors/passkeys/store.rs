//! SQL of `passkeys` and `passkey_ceremonies`.

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use webauthn_rs::prelude::Passkey;

use super::{PasskeyId, PasskeyInfo, Purpose};
use crate::TokenHash;

/// A passkey as it is kept.
pub(super) struct Kept {
    pub(super) id: PasskeyId,
    pub(super) account: AccountId,
    pub(super) key: Passkey,
}

/// A passkey to keep.
pub(super) struct NewRow<'a> {
    pub(super) id: PasskeyId,
    pub(super) account: AccountId,
    pub(super) host: &'a str,
    pub(super) name: &'a str,
    pub(super) key: &'a Passkey,
}

pub(super) async fn list(tx: &mut TenantTx, account: AccountId) -> Result<Vec<PasskeyInfo>, DbError> {
    let rows = sqlx::query!(
        "select id, name, host, created_at, used_at from passkeys where account_id = $1 order by created_at, id",
        account.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let infos = rows.into_iter().map(|row| PasskeyInfo {
        id: PasskeyId::from_uuid(row.id),
        name: row.name,
        host: row.host,
        created_at: row.created_at.to_jiff(),
        used_at: row.used_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(infos.collect())
}

pub(super) async fn find_credential_ids(tx: &mut TenantTx, account: AccountId) -> Result<Vec<Vec<u8>>, DbError> {
    let ids = sqlx::query_scalar!(
        "select credential_id from passkeys where account_id = $1",
        account.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids)
}

pub(super) async fn find_keys(tx: &mut TenantTx, account: AccountId, host: &str) -> Result<Vec<Passkey>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"select key as "key: Json<Passkey>" from passkeys where account_id = $1 and host = $2"#,
        account.uuid(),
        host
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Locks the row of a passkey of this host.
pub(super) async fn lock_key(tx: &mut TenantTx, credential_id: &[u8], host: &str) -> Result<Option<Kept>, DbError> {
    let row = sqlx::query!(
        r#"select id, account_id, key as "key: Json<Passkey>" from passkeys
           where credential_id = $1 and host = $2 for update"#,
        credential_id,
        host
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Kept {
        id: PasskeyId::from_uuid(row.id),
        account: AccountId::from_uuid(row.account_id),
        key: row.key.0,
    }))
}

/// Returns whether the passkey was not known before.
pub(super) async fn insert(tx: &mut TenantTx, new: &NewRow<'_>, now: Timestamp) -> Result<bool, DbError> {
    let credential_id: &[u8] = new.key.cred_id();
    let done = sqlx::query!(
        "insert into passkeys (tenant_id, id, account_id, host, credential_id, name, key, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, credential_id) do nothing",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.account.uuid(),
        new.host,
        credential_id,
        new.name,
        Json(new.key) as _,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn update_used(tx: &mut TenantTx, kept: &Kept, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update passkeys set key = $2, used_at = $3 where id = $1",
        kept.id.uuid(),
        Json(&kept.key) as _,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns whether the account had it.
pub(super) async fn delete(tx: &mut TenantTx, account: AccountId, id: PasskeyId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "delete from passkeys where account_id = $1 and id = $2",
        account.uuid(),
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::factors) async fn delete_all(tx: &mut TenantTx, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("delete from passkeys where account_id = $1", account.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(in crate::factors) async fn count(tx: &mut TenantTx, account: AccountId) -> Result<i64, DbError> {
    let number = sqlx::query_scalar!(
        r#"select count(*) as "number!" from passkeys where account_id = $1"#,
        account.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(number)
}

pub(super) async fn insert_ceremony(
    tx: &mut TenantTx,
    (hash, purpose, account): (TokenHash, Purpose, Option<AccountId>),
    (host, state): (&str, &serde_json::Value),
    until: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into passkey_ceremonies (tenant_id, token_hash, purpose, account_id, host, state, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().uuid(),
        hash.as_bytes(),
        purpose.name(),
        account.map(AccountId::uuid),
        host,
        state,
        until.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a challenge away that waits for this very answer.
pub(super) async fn take_ceremony(
    tx: &mut TenantTx,
    (hash, host): (TokenHash, &str),
    (purpose, account): (Purpose, Option<AccountId>),
    now: Timestamp,
) -> Result<Option<serde_json::Value>, DbError> {
    let state = sqlx::query_scalar!(
        "delete from passkey_ceremonies
         where token_hash = $1 and host = $2 and purpose = $3 and account_id is not distinct from $4 and expires_at > $5
         returning state",
        hash.as_bytes(),
        host,
        purpose.name(),
        account.map(AccountId::uuid),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(state)
}

/// Deletes challenges that nobody answered.
pub(crate) async fn delete_over(tx: &mut TenantTx, now: Timestamp) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "delete from passkey_ceremonies where expires_at <= $1",
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Reads the counter out of what the library keeps; it has no other way to ask for it.
pub(super) fn counter_of(key: &Passkey) -> i64 {
    let kept = serde_json::to_value(key).unwrap_or_default();
    kept.pointer("/cred/counter")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or_default()
}
