//! SQL of `sso_log_ins`, `sso_identities`, `sso_sessions`, `sso_attempts` and `sso_logout_tokens`.

use bilten_kernel::{AccountId, SsoAttemptId, SsoConnectionId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Attempt, AttemptRow, Begin, Pending, Purpose, attempts::MAX_LISTED, finish::TIES_KEPT};
use crate::{
    oidc::{LogoutToken, Trace, Verified},
    saml::LogoutRequest,
    token::TokenHash,
};

/// Most people that a preview looks at.
const MAX_PREVIEWED: i64 = 500;

/// A log-in that came back, with the browser that began it.
pub(super) struct Found {
    pub pending: Pending,
    pub browser: TokenHash,
}

pub(super) async fn insert_pending(
    tx: &mut TenantTx,
    begin: &Begin<'_>,
    state: &TokenHash,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    let browser = begin.browser.hash();
    sqlx::query!(
        "insert into sso_log_ins (tenant_id, state_hash, connection_id, purpose, account_id, browser_hash, next, created_at,
             expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.tenant().uuid(),
        state.as_bytes(),
        begin.connection.uuid(),
        begin.purpose.name(),
        begin.purpose.account().map(AccountId::uuid),
        browser.as_bytes(),
        begin.next,
        now.to_sqlx() as _,
        expires_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_pending(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    state: &TokenHash,
    now: Timestamp,
) -> Result<Option<Found>, DbError> {
    let row = sqlx::query!(
        "select purpose, account_id, browser_hash, next from sso_log_ins
         where state_hash = $1 and connection_id = $2 and expires_at > $3",
        state.as_bytes(),
        connection.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Found {
        pending: Pending {
            purpose: Purpose::from_row(&row.purpose, row.account_id.map(AccountId::from_uuid)),
            next: row.next,
        },
        browser: TokenHash::from_row(&row.browser_hash),
    }))
}

/// Returns whether it was there.
pub(super) async fn delete_pending(tx: &mut TenantTx, state: &TokenHash) -> Result<bool, DbError> {
    let done = sqlx::query!("delete from sso_log_ins where state_hash = $1", state.as_bytes())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_identity(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    person: &Verified,
) -> Result<Option<AccountId>, DbError> {
    let account = sqlx::query_scalar!(
        "select account_id from sso_identities where connection_id = $1 and issuer = $2 and subject = $3",
        connection.uuid(),
        person.issuer,
        person.subject,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(account.map(AccountId::from_uuid))
}

pub(super) async fn insert_identity(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    (account, person): (AccountId, &Verified),
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sso_identities (tenant_id, connection_id, issuer, subject, account_id, groups, created_at, last_seen_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        tx.tenant().uuid(),
        connection.uuid(),
        person.issuer,
        person.subject,
        account.uuid(),
        &person.groups,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn touch_identity(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    person: &Verified,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update sso_identities set last_seen_at = $4, groups = $5 where connection_id = $1 and issuer = $2 and subject = $3",
        connection.uuid(),
        person.issuer,
        person.subject,
        now.to_sqlx() as _,
        &person.groups,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists who is known by a connection, with the groups of the last log-in.
pub(super) async fn list_identities(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
) -> Result<Vec<(AccountId, Vec<String>)>, DbError> {
    let rows = sqlx::query!(
        "select account_id, groups from sso_identities where connection_id = $1 order by issuer, subject limit $2",
        connection.uuid(),
        MAX_PREVIEWED,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (AccountId::from_uuid(row.account_id), row.groups))
        .collect())
}

pub(super) async fn delete_identities(tx: &mut TenantTx, connection: SsoConnectionId) -> Result<(), DbError> {
    sqlx::query!("delete from sso_identities where connection_id = $1", connection.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn insert_session(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    (token, person): (&TokenHash, &Verified),
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sso_sessions (tenant_id, token_hash, connection_id, subject, sid, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        tx.tenant().uuid(),
        token.as_bytes(),
        connection.uuid(),
        person.subject,
        person.sid,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the ties that a logout token names: those of the session when it names one, all of the person otherwise.
pub(super) async fn delete_ties(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    token: &LogoutToken,
) -> Result<Vec<TokenHash>, DbError> {
    let rows = sqlx::query!(
        "delete from sso_sessions
         where connection_id = $1 and ($2::text is null or subject = $2) and ($3::text is null or sid = $3)
         returning token_hash",
        connection.uuid(),
        token.subject,
        token.sid,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.iter().map(|row| TokenHash::from_row(&row.token_hash)).collect())
}

/// Takes the ties that a SAML request names: of the person, and of one of the sessions where it names some.
pub(super) async fn delete_saml_ties(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    request: &LogoutRequest,
) -> Result<Vec<TokenHash>, DbError> {
    let rows = sqlx::query!(
        "delete from sso_sessions
         where connection_id = $1 and subject = $2 and (cardinality($3::text[]) = 0 or sid = any($3::text[]))
         returning token_hash",
        connection.uuid(),
        request.name_id,
        &request.sessions,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.iter().map(|row| TokenHash::from_row(&row.token_hash)).collect())
}

/// Returns whether the token was not obeyed before.
pub(super) async fn insert_logout(
    tx: &mut TenantTx,
    connection: SsoConnectionId,
    jti: &TokenHash,
    until: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into sso_logout_tokens (tenant_id, connection_id, jti_hash, expires_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, connection_id, jti_hash) do nothing",
        tx.tenant().uuid(),
        connection.uuid(),
        jti.as_bytes(),
        until.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn insert_attempt(
    tx: &mut TenantTx,
    id: SsoAttemptId,
    attempt: &Attempt<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sso_attempts (tenant_id, id, connection_id, purpose, failed_check, account_id, trace, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        id.uuid(),
        attempt.connection.uuid(),
        attempt.purpose,
        attempt.failed.map(crate::Check::name),
        attempt.account.map(AccountId::uuid),
        attempt.trace.to_json(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list_attempts(tx: &mut TenantTx, connection: SsoConnectionId) -> Result<Vec<AttemptRow>, DbError> {
    let rows = sqlx::query!(
        "select id, purpose, failed_check, trace, at from sso_attempts
         where connection_id = $1 order by id desc limit $2",
        connection.uuid(),
        MAX_LISTED,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AttemptRow {
            id: SsoAttemptId::from_uuid(row.id),
            purpose: row.purpose,
            failed: row.failed_check,
            trace: Trace::from_json(&row.trace),
            at: row.at.to_jiff(),
        })
        .collect())
}

pub(super) async fn find_attempt(
    tx: &mut TenantTx,
    (connection, id): (SsoConnectionId, SsoAttemptId),
    since: Timestamp,
) -> Result<Option<AttemptRow>, DbError> {
    let row = sqlx::query!(
        "select id, purpose, failed_check, trace, at from sso_attempts where id = $1 and connection_id = $2 and at > $3",
        id.uuid(),
        connection.uuid(),
        since.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| AttemptRow {
        id: SsoAttemptId::from_uuid(row.id),
        purpose: row.purpose,
        failed: row.failed_check,
        trace: Trace::from_json(&row.trace),
        at: row.at.to_jiff(),
    }))
}

pub(super) async fn delete_attempts(tx: &mut TenantTx, before: Timestamp) -> Result<(), DbError> {
    sqlx::query!("delete from sso_attempts where at < $1", before.to_sqlx() as _)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_expired(tx: &mut TenantTx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!("delete from sso_log_ins where expires_at <= $1", now.to_sqlx() as _)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "delete from sso_logout_tokens where expires_at <= $1",
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    let edge = now.checked_sub(TIES_KEPT).unwrap_or(Timestamp::MIN);
    sqlx::query!("delete from sso_sessions where created_at < $1", edge.to_sqlx() as _)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Ties what a provider knows of a session to the session's new token; nothing happens to one that began elsewhere.
pub(crate) async fn move_tie(tx: &mut TenantTx, before: TokenHash, after: TokenHash) -> Result<(), DbError> {
    sqlx::query!(
        "insert into sso_sessions (tenant_id, token_hash, connection_id, subject, sid, created_at)
         select tenant_id, $2, connection_id, subject, sid, created_at from sso_sessions where token_hash = $1",
        before.as_bytes(),
        after.as_bytes()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from sso_sessions where token_hash = $1", before.as_bytes())
        .execute(tx.conn())
        .await?;
    Ok(())
}
