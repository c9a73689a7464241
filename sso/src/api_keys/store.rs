//! SQL of `api_keys`.

use std::collections::{HashMap, HashSet};

use bilten_kernel::{ApiKeyId, ApiScopes, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::ApiKey;
use crate::TokenHash;

const MAX_LISTED: i64 = 100;

pub(super) async fn insert(tx: &mut TenantTx, key: &ApiKey, hash: TokenHash) -> Result<(), DbError> {
    sqlx::query!(
        "insert into api_keys (tenant_id, id, name, token_hash, scopes, created_at) values ($1, $2, $3, $4, $5, $6)",
        tx.tenant().uuid(),
        key.id.uuid(),
        key.name,
        hash.as_bytes(),
        key.scopes.names(),
        key.created_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds living keys by the hashes of their tokens.
pub(super) async fn find_many(tx: &mut TenantTx, hashes: &[TokenHash]) -> Result<HashMap<TokenHash, ApiKey>, DbError> {
    // Most requests of a group come from the same program.
    let distinct: HashSet<TokenHash> = hashes.iter().copied().collect();
    let wanted: Vec<Vec<u8>> = distinct.iter().map(|hash| hash.as_bytes().to_vec()).collect();
    let rows = sqlx::query!(
        "select token_hash, id, name, scopes, created_at from api_keys where token_hash = any($1) and revoked_at is null",
        &wanted
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let key = ApiKey {
                id: ApiKeyId::from_uuid(row.id),
                name: row.name,
                scopes: ApiScopes::parse(&row.scopes),
                created_at: row.created_at.to_jiff(),
            };
            (TokenHash::from_row(&row.token_hash), key)
        })
        .collect())
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<ApiKey>, DbError> {
    // A tenant has few keys; the primary key's order of ids is that of their making.
    let rows = sqlx::query!(
        "select id, name, scopes, created_at from api_keys where revoked_at is null order by id desc limit $1",
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ApiKey {
            id: ApiKeyId::from_uuid(row.id),
            name: row.name,
            scopes: ApiScopes::parse(&row.scopes),
            created_at: row.created_at.to_jiff(),
        })
        .collect())
}

pub(super) async fn revoke(tx: &mut TenantTx, id: ApiKeyId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update api_keys set revoked_at = $2 where id = $1 and revoked_at is null",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
