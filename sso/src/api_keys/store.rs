//! SQL of `api_keys`.

use std::collections::{HashMap, HashSet};

use bilten_kernel::{AccountId, ApiKeyId, ApiScopes, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::ApiKey;
use crate::TokenHash;

const MAX_LISTED: i64 = 100;

pub(super) async fn insert(tx: &mut TenantTx, key: &ApiKey, hash: TokenHash) -> Result<(), DbError> {
    sqlx::query!(
        "insert into api_keys (tenant_id, id, name, token_hash, scopes, created_at, created_by, expires_at, networks)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.tenant().uuid(),
        key.id.uuid(),
        key.name,
        hash.as_bytes(),
        key.scopes.names(),
        key.created_at.to_sqlx() as _,
        key.created_by.map(AccountId::uuid),
        key.expires_at.map(ToSqlx::to_sqlx) as _,
        key.networks.to_string(),
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
    let rows = sqlx::query_as!(
        Row,
        "select token_hash, id, name, scopes, created_at, created_by, expires_at, networks, last_used_at, replaced_by
         from api_keys where token_hash = any($1) and revoked_at is null",
        &wanted
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (TokenHash::from_row(&row.token_hash), row.key()))
        .collect())
}

/// Finds a living key, and keeps others from changing it until the transaction ends.
pub(super) async fn find_for_update(tx: &mut TenantTx, id: ApiKeyId) -> Result<Option<ApiKey>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select token_hash, id, name, scopes, created_at, created_by, expires_at, networks, last_used_at, replaced_by
         from api_keys where id = $1 and revoked_at is null for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::key))
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<ApiKey>, DbError> {
    // A tenant has few keys; the primary key's order of ids is that of their making.
    let rows = sqlx::query_as!(
        Row,
        "select token_hash, id, name, scopes, created_at, created_by, expires_at, networks, last_used_at, replaced_by
         from api_keys where revoked_at is null order by id desc limit $1",
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::key).collect())
}

/// Notes that keys were used; one that somebody else notes or changes at this moment is left to him.
pub(super) async fn note_use(tx: &mut TenantTx, ids: &[Uuid], now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update api_keys set last_used_at = $2
         where id in (select id from api_keys where id = any($1) for update skip locked)",
        ids,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Names the successor of a key, and says until when the key itself counts.
pub(super) async fn replace(tx: &mut TenantTx, id: ApiKeyId, by: ApiKeyId, end: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update api_keys set replaced_by = $2, expires_at = $3 where id = $1",
        id.uuid(),
        by.uuid(),
        end.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
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

pub(super) async fn revoke_all_of(
    tx: &mut TenantTx,
    maker: AccountId,
    now: Timestamp,
) -> Result<Vec<ApiKeyId>, DbError> {
    let revoked = sqlx::query_scalar!(
        "update api_keys set revoked_at = $2 where created_by = $1 and revoked_at is null returning id",
        maker.uuid(),
        now.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(revoked.into_iter().map(ApiKeyId::from_uuid).collect())
}

struct Row {
    token_hash: Vec<u8>,
    id: Uuid,
    name: String,
    scopes: String,
    created_at: jiff_sqlx::Timestamp,
    created_by: Option<Uuid>,
    expires_at: Option<jiff_sqlx::Timestamp>,
    networks: String,
    last_used_at: Option<jiff_sqlx::Timestamp>,
    replaced_by: Option<Uuid>,
}

impl Row {
    fn key(self) -> ApiKey {
        // A list that is not understood lets nobody in but the machine that means nothing.
        let networks = self.networks.parse().or_else(|_| "255.255.255.255/32".parse());
        ApiKey {
            id: ApiKeyId::from_uuid(self.id),
            name: self.name,
            scopes: ApiScopes::parse(&self.scopes),
            created_at: self.created_at.to_jiff(),
            created_by: self.created_by.map(AccountId::from_uuid),
            expires_at: self.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
            networks: networks.unwrap_or_default(),
            last_used_at: self.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
            replaced_by: self.replaced_by.map(ApiKeyId::from_uuid),
        }
    }
}
