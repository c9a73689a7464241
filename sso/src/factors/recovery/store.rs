//! SQL of `factor_recoveries`.

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{RecoveryId, RecoveryRequest};

const MAX_LISTED: i64 = 50;

/// Returns whether none was open before.
pub(super) async fn insert(
    tx: &mut TenantTx,
    (id, account): (RecoveryId, AccountId),
    now: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into factor_recoveries (tenant_id, id, account_id, state, asked_at) values ($1, $2, $3, 'asked', $4)
         on conflict (tenant_id, account_id) where state in ('asked', 'approved') do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        account.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn list_open(tx: &mut TenantTx) -> Result<Vec<RecoveryRequest>, DbError> {
    let rows = sqlx::query!(
        "select r.id, r.account_id, r.asked_at, r.due_at, a.name, a.email
         from factor_recoveries r join accounts a on a.tenant_id = r.tenant_id and a.id = r.account_id
         where r.state in ('asked', 'approved') order by r.asked_at limit $1",
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    let requests = rows.into_iter().map(|row| RecoveryRequest {
        id: RecoveryId::from_uuid(row.id),
        account: AccountId::from_uuid(row.account_id),
        name: row.name,
        email: row.email,
        asked_at: row.asked_at.to_jiff(),
        due_at: row.due_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(requests.collect())
}

pub(super) async fn find_asked(tx: &mut TenantTx, id: RecoveryId) -> Result<Option<AccountId>, DbError> {
    let account = sqlx::query_scalar!(
        "select account_id from factor_recoveries where id = $1 and state = 'asked'",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(account.map(AccountId::from_uuid))
}

/// Returns whether it waited.
pub(super) async fn update_approved(
    tx: &mut TenantTx,
    (id, by): (RecoveryId, AccountId),
    due: Timestamp,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update factor_recoveries set state = 'approved', approved_by = $2, due_at = $3
         where id = $1 and state = 'asked'",
        id.uuid(),
        by.uuid(),
        due.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns whose request it was, if it was open.
pub(super) async fn update_cancelled(
    tx: &mut TenantTx,
    id: RecoveryId,
    now: Timestamp,
) -> Result<Option<AccountId>, DbError> {
    let account = sqlx::query_scalar!(
        "update factor_recoveries set state = 'cancelled', ended_at = $2
         where id = $1 and state in ('asked', 'approved') returning account_id",
        id.uuid(),
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(account.map(AccountId::from_uuid))
}

/// Returns whether one was open.
pub(super) async fn cancel_of_account(tx: &mut TenantTx, account: AccountId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update factor_recoveries set state = 'cancelled', ended_at = $2
         where account_id = $1 and state in ('asked', 'approved')",
        account.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Returns whether one was approved and its delay over.
pub(super) async fn update_done(tx: &mut TenantTx, account: AccountId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update factor_recoveries set state = 'done', ended_at = $2
         where account_id = $1 and state = 'approved' and due_at <= $2",
        account.uuid(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
