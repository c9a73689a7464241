//! SQL that moves one hold between its states.

use bilten_kernel::{AttemptId, HoldId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use crate::inventory::HOLD_MAX_AGE;

pub(in crate::inventory) async fn pin(
    tx: &mut TenantTx,
    id: HoldId,
    attempt: AttemptId,
    now: Timestamp,
) -> Result<u64, DbError> {
    let updated = sqlx::query!(
        "update holds set state = 'pinned', attempt_id = $2, pinned_at = $3 where id = $1 and state = 'held' and expires_at > $3",
        id.uuid(),
        attempt.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected())
}

/// Returns when the hold ends now; nothing when it is not pinned by this attempt.
pub(in crate::inventory) async fn unpin(
    tx: &mut TenantTx,
    id: HoldId,
    attempt: AttemptId,
    until: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let expires_at = sqlx::query_scalar!(
        "update holds set state = 'held', attempt_id = null, pinned_at = null,
                expires_at = least(greatest(expires_at, $3), coalesce(latest_end, created_at + $4::bigint * interval '1 second'))
         where id = $1 and state in ('pinned', 'cancelling') and attempt_id = $2
         returning expires_at",
        id.uuid(),
        attempt.uuid(),
        until.to_sqlx() as _,
        HOLD_MAX_AGE.as_secs()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(expires_at.map(jiff_sqlx::Timestamp::to_jiff))
}

pub(in crate::inventory) async fn keep(tx: &mut TenantTx, id: HoldId, attempt: AttemptId) -> Result<u64, DbError> {
    let updated = sqlx::query!(
        "update holds set state = 'pinned' where id = $1 and state = 'cancelling' and attempt_id = $2",
        id.uuid(),
        attempt.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected())
}

/// Tells whether the hold has seats; nothing when it was in none of the states.
pub(in crate::inventory) async fn set_state(
    tx: &mut TenantTx,
    id: HoldId,
    from: &[&str],
    to: &str,
) -> Result<Option<bool>, DbError> {
    let from: Vec<String> = from.iter().map(|state| (*state).to_owned()).collect();
    let has_seats = sqlx::query_scalar!(
        r#"update holds set state = $3 where id = $1 and state = any($2) returning seating is not null as "has_seats!""#,
        id.uuid(),
        &from,
        to
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(has_seats)
}

/// Returns when the hold ends now; nothing when it cannot gain any time.
pub(in crate::inventory) async fn extend(
    tx: &mut TenantTx,
    id: HoldId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let expires_at = sqlx::query_scalar!(
        "update holds set expires_at = least($3, coalesce(latest_end, created_at + $4::bigint * interval '1 second')), extended_at = $2
         where id = $1 and state = 'held' and expires_at > $2 and extended_at is null
               and least($3, coalesce(latest_end, created_at + $4::bigint * interval '1 second')) > expires_at
         returning expires_at",
        id.uuid(),
        now.to_sqlx() as _,
        until.to_sqlx() as _,
        HOLD_MAX_AGE.as_secs()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(expires_at.map(jiff_sqlx::Timestamp::to_jiff))
}
