//! SQL of `login_failures`.

use bilten_kernel::Timestamp;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::throttle::{Subject, Tally};

/// Reads the tally and keeps others from it until the transaction ends; makes it when there is none.
pub(super) async fn lock_tally(tx: &mut TenantTx, subject: &Subject, now: Timestamp) -> Result<Tally, DbError> {
    let row = sqlx::query!(
        "insert into login_failures as f (tenant_id, subject_hash, failures, updated_at) values ($1, $2, 0, $3)
         on conflict (tenant_id, subject_hash) do update set failures = f.failures
         returning failures, locked_until, updated_at",
        tx.tenant().uuid(),
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

pub(super) async fn save_tally(tx: &mut TenantTx, subject: &Subject, tally: Tally) -> Result<(), DbError> {
    sqlx::query!(
        "update login_failures set failures = $2, locked_until = $3, updated_at = $4 where subject_hash = $1",
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
pub(super) async fn delete_tallies(tx: &mut TenantTx, before: Timestamp, limit: i64) -> Result<u64, DbError> {
    // Walks the tallies of one tenant: what a day leaves of them is small.
    let done = sqlx::query!(
        "delete from login_failures
         where subject_hash in (select subject_hash from login_failures where updated_at < $1 limit $2)",
        before.to_sqlx() as _,
        limit,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
