//! SQL of `saml_providers`, `saml_certificates` and `saml_answers`.

use bilten_kernel::{SsoConnectionId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Peer, Provider, answers};
use crate::{
    saml::{Certificate, MAX_CERTIFICATES},
    token::TokenHash,
};

/// Most certificates that are watched: those of all connections of a tenant.
const MAX_WATCHED: i64 = 100;

/// A certificate of a connection in use, as the watch sees it.
pub(super) struct Watched {
    pub connection: SsoConnectionId,
    pub name: String,
    pub fingerprint: Vec<u8>,
    pub not_after: Timestamp,
    pub warned: Option<i32>,
}

pub(super) async fn find(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Option<Peer>, DbError> {
    let row = sqlx::query!(
        "select sso_url, slo_url, metadata_url, authn_context, refreshed_at from saml_providers where connection_id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let ders = sqlx::query_scalar!(
        "select der from saml_certificates where connection_id = $1 order by added_at, fingerprint limit $2",
        id.uuid(),
        i64::try_from(MAX_CERTIFICATES).unwrap_or(i64::MAX)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Some(Peer {
        provider: Provider {
            sso_url: row.sso_url,
            slo_url: row.slo_url,
            metadata_url: row.metadata_url,
            authn_context: row.authn_context,
            certificates: ders.iter().filter_map(|der| Certificate::from_der(der).ok()).collect(),
        },
        refreshed_at: row.refreshed_at.to_jiff(),
    }))
}

pub(super) async fn upsert(
    tx: &mut TenantTx,
    id: SsoConnectionId,
    provider: &Provider,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into saml_providers (tenant_id, connection_id, sso_url, slo_url, metadata_url, authn_context, refreshed_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, connection_id) do update set sso_url = excluded.sso_url, slo_url = excluded.slo_url,
             metadata_url = excluded.metadata_url, authn_context = excluded.authn_context,
             refreshed_at = excluded.refreshed_at",
        tx.tenant().uuid(),
        id.uuid(),
        provider.sso_url,
        provider.slo_url,
        provider.metadata_url,
        provider.authn_context,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete(tx: &mut TenantTx, id: SsoConnectionId) -> Result<(), DbError> {
    sqlx::query!("delete from saml_providers where connection_id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Deletes all certificates but these.
pub(super) async fn delete_certificates(
    tx: &mut TenantTx,
    id: SsoConnectionId,
    but: &[Certificate],
) -> Result<(), DbError> {
    let kept: Vec<Vec<u8>> = but
        .iter()
        .map(|certificate| certificate.fingerprint().to_vec())
        .collect();
    sqlx::query!(
        "delete from saml_certificates where connection_id = $1 and fingerprint <> all($2::bytea[])",
        id.uuid(),
        &kept
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert_certificate(
    tx: &mut TenantTx,
    id: SsoConnectionId,
    certificate: &Certificate,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into saml_certificates (tenant_id, connection_id, fingerprint, der, not_after, added_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (tenant_id, connection_id, fingerprint) do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        &certificate.fingerprint()[..],
        certificate.der(),
        certificate.not_after.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the certificates of connections in use.
pub(super) async fn list_watched(tx: &mut TenantTx) -> Result<Vec<Watched>, DbError> {
    let rows = sqlx::query!(
        "select c.connection_id, s.name, c.fingerprint, c.not_after, c.warned
         from saml_certificates c join sso_connections s on s.tenant_id = c.tenant_id and s.id = c.connection_id
         where s.state = 'active' order by c.connection_id, c.fingerprint limit $1 for no key update of c",
        MAX_WATCHED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Watched {
            connection: SsoConnectionId::from_uuid(row.connection_id),
            name: row.name,
            fingerprint: row.fingerprint,
            not_after: row.not_after.to_jiff(),
            warned: row.warned,
        })
        .collect())
}

pub(super) async fn update_warned(
    tx: &mut TenantTx,
    (id, fingerprint): (SsoConnectionId, &[u8]),
    step: i32,
) -> Result<(), DbError> {
    sqlx::query!(
        "update saml_certificates set warned = $3 where connection_id = $1 and fingerprint = $2",
        id.uuid(),
        fingerprint,
        step
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns whether the request had not been answered.
pub(super) async fn insert_answer(
    tx: &mut TenantTx,
    (connection, revision): (SsoConnectionId, i64),
    (state, code): (TokenHash, TokenHash),
    (row, now, until): (&answers::Row, Timestamp, Timestamp),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into saml_answers (tenant_id, state_hash, connection_id, code_hash, revision, answer, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (tenant_id, state_hash) do nothing",
        tx.tenant().uuid(),
        state.as_bytes(),
        connection.uuid(),
        code.as_bytes(),
        revision,
        serde_json::json!(row),
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn is_answered(tx: &mut TenantTx, state: TokenHash) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from saml_answers where state_hash = $1) as "exists!""#,
        state.as_bytes()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

pub(super) async fn find_answer(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    code: TokenHash,
    since: Timestamp,
) -> Result<Option<(i64, answers::Row)>, DbError> {
    let row = sqlx::query!(
        r#"select revision, answer as "answer!" from saml_answers
           where code_hash = $1 and connection_id = $2 and created_at > $3 and answer is not null"#,
        code.as_bytes(),
        connection.uuid(),
        since.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|row| Some((row.revision, serde_json::from_value(row.answer).ok()?))))
}

pub(super) async fn clear_answer(tx: &mut TenantTx, code: TokenHash) -> Result<(), DbError> {
    sqlx::query!(
        "update saml_answers set answer = null where code_hash = $1",
        code.as_bytes()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_expired(tx: &mut TenantTx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!("delete from saml_answers where expires_at <= $1", now.to_sqlx() as _)
        .execute(tx.conn())
        .await?;
    Ok(())
}
