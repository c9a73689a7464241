//! SQL of `audit_streams`.

use bilten_kernel::{AuditStreamId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Stream, StreamKind, StreamState, Target};

/// Streams of a tenant that are looked at together.
const MAX_LISTED: i64 = 20;

/// A stream as it is stored.
struct Row {
    id: Uuid,
    name: String,
    kind: String,
    address: String,
    ca_pem: String,
    state: String,
    cursor_seq: i64,
    attempts: i32,
    failing_since: Option<jiff_sqlx::Timestamp>,
    next_at: jiff_sqlx::Timestamp,
    last_error: Option<String>,
    sent_at: Option<jiff_sqlx::Timestamp>,
    has_former_secret: bool,
}

impl Row {
    fn read(self) -> Stream {
        Stream {
            id: AuditStreamId::from_uuid(self.id),
            name: self.name,
            target: Target {
                kind: StreamKind::find(&self.kind).unwrap_or(StreamKind::Https),
                address: self.address,
                ca_pem: self.ca_pem,
            },
            state: match self.state.as_str() {
                "running" => StreamState::Running,
                "failed" => StreamState::Failed,
                _ => StreamState::Paused,
            },
            cursor: self.cursor_seq,
            attempts: self.attempts,
            failing_since: self.failing_since.map(jiff_sqlx::Timestamp::to_jiff),
            next_at: self.next_at.to_jiff(),
            last_error: self.last_error,
            sent_at: self.sent_at.map(jiff_sqlx::Timestamp::to_jiff),
            has_former_secret: self.has_former_secret,
        }
    }
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<Stream>, DbError> {
    // Three rows a tenant, and those that were removed: walks them.
    let rows = sqlx::query_as!(
        Row,
        r#"select id, name, kind, address, ca_pem, state, cursor_seq, attempts, failing_since, next_at, last_error, sent_at,
               former_secret is not null as "has_former_secret!"
           from audit_streams where state <> 'deleted' order by created_at, id limit $1"#,
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::read).collect())
}

pub(super) async fn find(tx: &mut TenantTx, id: AuditStreamId) -> Result<Option<Stream>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, name, kind, address, ca_pem, state, cursor_seq, attempts, failing_since, next_at, last_error, sent_at,
               former_secret is not null as "has_former_secret!"
           from audit_streams where id = $1 and state <> 'deleted'"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::read))
}

/// Makes those who make streams wait for one another.
pub(super) async fn lock(tx: &mut TenantTx) -> Result<(), DbError> {
    let key = format!("audit_streams:{}", tx.tenant().uuid());
    sqlx::query_scalar!(
        r#"select true as "locked!" from (select pg_advisory_xact_lock(hashtextextended($1, 0))) l"#,
        key
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    (id, name, cursor): (AuditStreamId, &str, i64),
    target: &Target,
    secret: Option<&[u8]>,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into audit_streams (tenant_id, id, name, kind, address, ca_pem, secret, state, cursor_seq, next_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $9)",
        tx.tenant().uuid(),
        id.uuid(),
        name,
        target.kind.name(),
        target.address,
        target.ca_pem,
        secret,
        cursor,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns the sealed secrets that count, the newest first.
pub(super) async fn secrets(tx: &mut TenantTx, id: AuditStreamId) -> Result<Vec<Vec<u8>>, DbError> {
    let row = sqlx::query!(
        "select secret, former_secret from audit_streams where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or_else(Vec::new, |row| {
        row.secret.into_iter().chain(row.former_secret).collect()
    }))
}

pub(super) async fn rotate(tx: &mut TenantTx, id: AuditStreamId, secret: &[u8]) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set former_secret = secret, secret = $2
         where id = $1 and kind = 'https' and state <> 'deleted'",
        id.uuid(),
        secret,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn drop_former(tx: &mut TenantTx, id: AuditStreamId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set former_secret = null where id = $1 and former_secret is not null and state <> 'deleted'",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn pause(tx: &mut TenantTx, id: AuditStreamId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set state = 'paused' where id = $1 and state = 'running'",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets a stream go on, from where it stopped or from behind another link.
pub(super) async fn resume(
    tx: &mut TenantTx,
    id: AuditStreamId,
    from: Option<i64>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set state = 'running', cursor_seq = coalesce($2, cursor_seq), next_at = $3, attempts = 0,
             failing_since = null, last_error = null
         where id = $1 and state in ('paused', 'failed')",
        id.uuid(),
        from,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets address and secrets; the row stays for what the record says of it.
pub(super) async fn delete(tx: &mut TenantTx, id: AuditStreamId) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set state = 'deleted', secret = null, former_secret = null, ca_pem = '', address = 'removed'
         where id = $1 and state <> 'deleted'",
        id.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lists running streams whose time has come, with how far each has come.
pub(super) async fn list_due(tx: &mut TenantTx, now: Timestamp) -> Result<Vec<(AuditStreamId, i64)>, DbError> {
    let rows = sqlx::query!(
        "select id, cursor_seq from audit_streams
         where state = 'running' and next_at <= $1 and (leased_until is null or leased_until <= $1) limit $2",
        now.to_sqlx() as _,
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    let due = rows
        .into_iter()
        .map(|row| (AuditStreamId::from_uuid(row.id), row.cursor_seq));
    Ok(due.collect())
}

/// Takes a stream for one sender, unless another has it or it is not due.
pub(super) async fn take(
    tx: &mut TenantTx,
    id: AuditStreamId,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set leased_until = $3
         where id = $1 and state = 'running' and next_at <= $2 and (leased_until is null or leased_until <= $2)",
        id.uuid(),
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a stream back.
pub(super) async fn give_back(tx: &mut TenantTx, id: AuditStreamId) -> Result<(), DbError> {
    sqlx::query!("update audit_streams set leased_until = null where id = $1", id.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Notes that a batch was taken; nothing when somebody moved the stream meanwhile.
pub(super) async fn note_sent(
    tx: &mut TenantTx,
    id: AuditStreamId,
    (from, to): (i64, i64),
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set cursor_seq = $3, sent_at = $4, attempts = 0, failing_since = null, last_error = null
         where id = $1 and cursor_seq = $2 and state <> 'deleted'",
        id.uuid(),
        from,
        to,
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What becomes of a stream whose batch was not taken.
pub(super) struct Refusal<'a> {
    pub error: &'a str,
    pub failing_since: Timestamp,
    pub next_at: Timestamp,
    pub gives_up: bool,
}

pub(super) async fn note_refused(tx: &mut TenantTx, id: AuditStreamId, refusal: &Refusal<'_>) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update audit_streams set attempts = attempts + 1, failing_since = $2, next_at = $3, last_error = $4,
             state = case when $5 then 'failed' else state end
         where id = $1 and state = 'running'",
        id.uuid(),
        refusal.failing_since.to_sqlx() as _,
        refusal.next_at.to_sqlx() as _,
        refusal.error,
        refusal.gives_up,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
