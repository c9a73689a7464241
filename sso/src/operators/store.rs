//! SQL of `platform.operators`, `platform.sessions` and `platform.login_failures`.

use std::collections::HashMap;

use bilten_kernel::{OperatorId, Timestamp};
use bilten_tenancy::{DbError, PlatformTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{NewOperator, OperatorSession};
use crate::{
    CsrfToken, TokenHash,
    login::{
        NewSession,
        throttle::{Subject, Tally},
    },
};

/// Returns whether the row was written; it is not when the address is taken.
pub(super) async fn insert_operator(
    tx: &mut PlatformTx,
    id: OperatorId,
    new: &NewOperator,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into platform.operators (id, email_norm, name, password_hash, created_at)
         values ($1, $2, $3, $4, $5) on conflict (email_norm) do nothing",
        id.uuid(),
        new.email.normalized(),
        new.name.as_str(),
        new.password_hash.as_str(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_credentials(
    tx: &mut PlatformTx,
    email_norm: &str,
) -> Result<Option<(OperatorId, String)>, DbError> {
    let row = sqlx::query!(
        "select id, password_hash from platform.operators where email_norm = $1",
        email_norm
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (OperatorId::from_uuid(row.id), row.password_hash)))
}

pub(super) async fn find_emails(
    tx: &mut PlatformTx,
    operators: &[OperatorId],
) -> Result<HashMap<OperatorId, String>, DbError> {
    let ids: Vec<Uuid> = operators.iter().map(|operator| operator.uuid()).collect();
    let rows = sqlx::query!("select id, email_norm from platform.operators where id = any($1)", &ids)
        .fetch_all(tx.conn())
        .await?;
    let emails = rows
        .into_iter()
        .map(|row| (OperatorId::from_uuid(row.id), row.email_norm));
    Ok(emails.collect())
}

pub(super) async fn insert_session(
    tx: &mut PlatformTx,
    operator: OperatorId,
    new: &NewSession,
    now: Timestamp,
) -> Result<(), DbError> {
    let hash = new.token.hash();
    sqlx::query!(
        "insert into platform.sessions (token_hash, operator_id, csrf_token, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        hash.as_bytes(),
        operator.uuid(),
        new.csrf.expose(),
        now.to_sqlx() as _,
        new.expires_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_session(
    tx: &mut PlatformTx,
    hash: TokenHash,
    now: Timestamp,
) -> Result<Option<OperatorSession>, DbError> {
    let row = sqlx::query!(
        "select s.operator_id, s.csrf_token, s.expires_at, o.name, o.email_norm
         from platform.sessions s join platform.operators o on o.id = s.operator_id
         where s.token_hash = $1 and s.expires_at > $2",
        hash.as_bytes(),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| OperatorSession {
        operator: OperatorId::from_uuid(row.operator_id),
        name: row.name,
        email: row.email_norm,
        csrf: CsrfToken::from_row(row.csrf_token),
        expires_at: row.expires_at.to_jiff(),
    }))
}

pub(super) async fn delete_session(tx: &mut PlatformTx, hash: TokenHash) -> Result<(), DbError> {
    sqlx::query!("delete from platform.sessions where token_hash = $1", hash.as_bytes())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_expired_sessions(tx: &mut PlatformTx, now: Timestamp) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "delete from platform.sessions where expires_at <= $1",
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Reads the tally and keeps others from it until the transaction ends; makes it when there is none.
pub(super) async fn lock_tally(tx: &mut PlatformTx, subject: &Subject, now: Timestamp) -> Result<Tally, DbError> {
    let row = sqlx::query!(
        "insert into platform.login_failures as f (subject_hash, failures, updated_at) values ($1, 0, $2)
         on conflict (subject_hash) do update set failures = f.failures
         returning failures, locked_until, updated_at",
        subject.hash(),
        now.to_sqlx() as _,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Tally {
        failures: row.failures,
        locked_until: row.locked_until.map(jiff_sqlx::Timestamp::to_jiff),
        updated_at: row.updated_at.to_jiff(),
    })
}

pub(super) async fn save_tally(tx: &mut PlatformTx, subject: &Subject, tally: Tally) -> Result<(), DbError> {
    sqlx::query!(
        "update platform.login_failures set failures = $2, locked_until = $3, updated_at = $4 where subject_hash = $1",
        subject.hash(),
        tally.failures,
        tally.locked_until.map(ToSqlx::to_sqlx) as _,
        tally.updated_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets tallies nobody added to since `before`, at most so many.
pub(super) async fn delete_tallies(tx: &mut PlatformTx, before: Timestamp, limit: i64) -> Result<u64, DbError> {
    // Walks the table: what a day leaves of it is small.
    let done = sqlx::query!(
        "delete from platform.login_failures
         where subject_hash in (select subject_hash from platform.login_failures where updated_at < $1 limit $2)",
        before.to_sqlx() as _,
        limit,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
