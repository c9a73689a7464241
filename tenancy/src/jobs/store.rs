//! SQL of `jobs`.

use bilten_kernel::{Ctx, JobId, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{FailedJob, Job, NewJob};
use crate::{DbError, TenantTx};

pub(super) async fn insert(tx: &mut TenantTx, ctx: &Ctx, id: JobId, job: &NewJob<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into jobs (tenant_id, id, kind, payload, unique_key, run_at, created_at, is_urgent)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        job.kind,
        job.payload,
        job.unique_key,
        job.run_at.to_sqlx() as _,
        ctx.now().to_sqlx() as _,
        job.is_urgent,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes due jobs, urgent or ordinary, for this worker until the lease ends.
pub(super) async fn take_due(
    tx: &mut TenantTx,
    is_urgent: bool,
    (now, leased_until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Job>, DbError> {
    let rows = sqlx::query!(
        "update jobs j set leased_until = $2
         where j.id = any(array(select d.id from jobs d where d.state = 'ready' and d.is_urgent = $4 and d.run_at <= $1
                        and (d.leased_until is null or d.leased_until <= $1)
                        order by d.run_at limit $3 for update skip locked))
         returning j.id, j.kind, j.payload, j.attempts, j.max_attempts",
        now.to_sqlx() as _,
        leased_until.to_sqlx() as _,
        limit,
        is_urgent,
    )
    .fetch_all(tx.conn())
    .await?;
    let job = rows.into_iter().map(|row| Job {
        id: row.id.into(),
        kind: row.kind,
        payload: row.payload,
        attempts: row.attempts,
        max_attempts: row.max_attempts,
    });
    Ok(job.collect())
}

/// Says when the next job of the tenant falls due.
pub(super) async fn next_due(tx: &mut TenantTx) -> Result<Option<Timestamp>, DbError> {
    let due = sqlx::query_scalar!("select min(greatest(run_at, leased_until)) from jobs where state = 'ready'")
        .fetch_one(tx.conn())
        .await?;
    Ok(due.map(jiff_sqlx::Timestamp::to_jiff))
}

pub(super) async fn finish(
    tx: &mut TenantTx,
    job: JobId,
    state: &str,
    error: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query!(
        "update jobs set state = $2, last_error = $3, finished_at = $4, leased_until = null where id = $1",
        job.uuid(),
        state,
        error,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts a try of a job that is begun now, and returns how many there are: a job that was only taken when its worker died
/// is not to blame.
pub(super) async fn begin(tx: &mut TenantTx, job: JobId) -> Result<i32, DbError> {
    let attempts = sqlx::query_scalar!(
        "update jobs set attempts = attempts + 1 where id = $1 returning attempts",
        job.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(attempts)
}

/// Gives a job back that was taken and not begun.
pub(super) async fn give_back(tx: &mut TenantTx, job: JobId) -> Result<(), DbError> {
    sqlx::query!("update jobs set leased_until = null where id = $1", job.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn postpone(tx: &mut TenantTx, job: JobId, run_at: Timestamp, error: &str) -> Result<(), DbError> {
    sqlx::query!(
        "update jobs set run_at = $2, last_error = $3, leased_until = null where id = $1",
        job.uuid(),
        run_at.to_sqlx() as _,
        error
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts jobs that wait, due or not.
///
/// # Errors
/// The database refused.
pub async fn count_ready(tx: &mut TenantTx) -> Result<i64, DbError> {
    Ok(
        sqlx::query_scalar!(r#"select count(*) as "n!" from jobs where state = 'ready'"#)
            .fetch_one(tx.conn())
            .await?,
    )
}

/// Counts jobs that were given up, 100 at most.
///
/// # Errors
/// The database refused.
pub async fn count_failed(tx: &mut TenantTx) -> Result<i64, DbError> {
    Ok(
        sqlx::query_scalar!(r#"select count(*) as "n!" from (select from jobs where state = 'failed' limit 100) j"#)
            .fetch_one(tx.conn())
            .await?,
    )
}

/// Lists jobs that were given up, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list_failed(tx: &mut TenantTx, limit: u32) -> Result<Vec<FailedJob>, DbError> {
    let rows = sqlx::query!(
        r#"select kind, payload, attempts, last_error, finished_at as "finished_at!" from jobs
           where tenant_id = $1 and state = 'failed' and finished_at is not null order by finished_at desc limit $2"#,
        tx.tenant().uuid(),
        i64::from(limit)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| FailedJob {
            kind: row.kind,
            payload: row.payload,
            attempts: row.attempts,
            error: row.last_error.unwrap_or_default(),
            failed_at: row.finished_at.to_jiff(),
        })
        .collect())
}

pub(super) async fn prune_finished(tx: &mut TenantTx, before: Timestamp, limit: i64) -> Result<(), DbError> {
    // Walks the finished jobs of one tenant; there are few that old.
    sqlx::query!(
        "delete from jobs where id in (select id from jobs where state <> 'ready' and finished_at < $1 limit $2)",
        before.to_sqlx() as _,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
