//! SQL of `idempotency_keys`.

use std::collections::HashSet;

use bilten_kernel::Timestamp;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{FirstUse, Key};
use crate::{DbError, TenantTx};

pub(super) struct Known {
    pub request_hash: Vec<u8>,
    pub resource_id: Option<Uuid>,
    pub leased_until: Option<Timestamp>,
}

/// Returns whether the key was free.
pub(super) async fn insert(
    tx: &mut TenantTx,
    key: Key<'_>,
    now: Timestamp,
    leased_until: Timestamp,
) -> Result<bool, DbError> {
    let inserted = sqlx::query!(
        "insert into idempotency_keys (tenant_id, scope, key, request_hash, leased_until, created_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        tx.tenant().uuid(),
        key.scope,
        key.key,
        key.request_hash,
        leased_until.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Inserts keys that are free, in the order of their texts; returns scope and key of those that were.
pub(super) async fn insert_many(
    tx: &mut TenantTx,
    uses: &[FirstUse<'_>],
) -> Result<HashSet<(String, String)>, DbError> {
    let scopes: Vec<&str> = uses.iter().map(|first| first.key.scope).collect();
    let keys: Vec<&str> = uses.iter().map(|first| first.key.key).collect();
    let hashes: Vec<Vec<u8>> = uses.iter().map(|first| first.key.request_hash.to_vec()).collect();
    let resources: Vec<Uuid> = uses.iter().map(|first| first.resource).collect();
    let leases: Vec<Option<jiff_sqlx::Timestamp>> = uses
        .iter()
        .map(|first| first.leased_until.map(Timestamp::to_sqlx))
        .collect();
    let ats: Vec<jiff_sqlx::Timestamp> = uses.iter().map(|first| first.at.to_sqlx()).collect();
    let rows = sqlx::query!(
        "insert into idempotency_keys (tenant_id, scope, key, request_hash, resource_id, leased_until, created_at)
         select $1, u.scope, u.key, u.request_hash, u.resource_id, u.leased_until, u.at
         from unnest($2::text[], $3::text[], $4::bytea[], $5::uuid[], $6::timestamptz[], $7::timestamptz[])
              as u(scope, key, request_hash, resource_id, leased_until, at)
         order by u.scope, u.key
         on conflict do nothing returning scope, key",
        tx.tenant().uuid(),
        &scopes as _,
        &keys as _,
        &hashes,
        &resources,
        &leases as _,
        &ats as _,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.scope, row.key)).collect())
}

pub(super) async fn complete_many(tx: &mut TenantTx, keys: &[Key<'_>]) -> Result<(), DbError> {
    let scopes: Vec<&str> = keys.iter().map(|key| key.scope).collect();
    let names: Vec<&str> = keys.iter().map(|key| key.key).collect();
    let pairs: Vec<String> = keys.iter().map(|key| format!("{} {}", key.scope, key.key)).collect();
    sqlx::query!(
        "update idempotency_keys set leased_until = null
         where scope = any(array(select distinct unnest($1::text[]))) and key = any($2) and scope || ' ' || key = any($3)",
        &scopes as _,
        &names as _,
        &pairs
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn lock(tx: &mut TenantTx, key: Key<'_>) -> Result<Known, DbError> {
    let row = sqlx::query!(
        "select request_hash, resource_id, leased_until from idempotency_keys where scope = $1 and key = $2 for update",
        key.scope,
        key.key
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Known {
        request_hash: row.request_hash,
        resource_id: row.resource_id,
        leased_until: row.leased_until.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

pub(super) async fn lease(tx: &mut TenantTx, key: Key<'_>, leased_until: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update idempotency_keys set leased_until = $3 where scope = $1 and key = $2",
        key.scope,
        key.key,
        leased_until.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn attach(tx: &mut TenantTx, key: Key<'_>, resource: Uuid) -> Result<(), DbError> {
    sqlx::query!(
        "update idempotency_keys set resource_id = $3 where scope = $1 and key = $2",
        key.scope,
        key.key,
        resource
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn complete(tx: &mut TenantTx, key: Key<'_>, resource: Uuid) -> Result<(), DbError> {
    sqlx::query!(
        "update idempotency_keys set resource_id = $3, leased_until = null where scope = $1 and key = $2",
        key.scope,
        key.key,
        resource
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx, key: Key<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "delete from idempotency_keys where scope = $1 and key = $2 and resource_id is null",
        key.scope,
        key.key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes keys from before the instant.
pub(crate) async fn prune(tx: &mut TenantTx, before: Timestamp, limit: i64) -> Result<(), DbError> {
    // Walks the keys of one tenant; there are few that old.
    sqlx::query!(
        "delete from idempotency_keys where (scope, key) in (select scope, key from idempotency_keys where created_at < $1 limit $2)",
        before.to_sqlx() as _,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
