//! SQL of `login_failures` and `login_steps`.

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{
    Way,
    second::Step,
    throttle::{Subject, Tally},
};
use crate::TokenHash;

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

pub(super) async fn insert_step(
    tx: &mut TenantTx,
    token: TokenHash,
    (account, way): (AccountId, Way),
    (now, until): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into login_steps (tenant_id, token_hash, account_id, way, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        tx.tenant().uuid(),
        token.as_bytes(),
        account.uuid(),
        way.name(),
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find_step(tx: &mut TenantTx, token: TokenHash, now: Timestamp) -> Result<Option<Step>, DbError> {
    let row = sqlx::query!(
        "select l.account_id, l.way, a.email
         from login_steps l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
         where l.token_hash = $1 and l.expires_at > $2 and a.disabled_at is null",
        token.as_bytes(),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|row| {
        Some(Step {
            account: AccountId::from_uuid(row.account_id),
            email: row.email,
            way: Way::find(&row.way)?,
        })
    }))
}

/// Returns whether it was there.
pub(super) async fn delete_step(tx: &mut TenantTx, token: TokenHash) -> Result<bool, DbError> {
    let done = sqlx::query!("delete from login_steps where token_hash = $1", token.as_bytes())
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every half-done log-in of an account.
pub(super) async fn delete_steps_of(tx: &mut TenantTx, account: AccountId) -> Result<(), DbError> {
    sqlx::query!("delete from login_steps where account_id = $1", account.uuid())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_steps_over(tx: &mut TenantTx, now: Timestamp) -> Result<u64, DbError> {
    // What ten minutes leave of half-done log-ins is small.
    let done = sqlx::query!("delete from login_steps where expires_at <= $1", now.to_sqlx() as _)
        .execute(tx.conn())
        .await?;
    Ok(done.rows_affected())
}
