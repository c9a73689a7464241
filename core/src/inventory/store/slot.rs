//! SQL of holds as the time in which an order can be paid, without what they hold.

use bilten_kernel::{AttemptId, Currency, HoldId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::find::state;
use crate::inventory::Slot;

struct Row {
    state: String,
    attempt_id: Option<Uuid>,
    expires_at: jiff_sqlx::Timestamp,
    extended_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn read(self, id: HoldId) -> Slot {
        Slot {
            id,
            state: state(&self.state, self.attempt_id.map(AttemptId::from_uuid)),
            expires_at: self.expires_at.to_jiff(),
            is_extended: self.extended_at.is_some(),
        }
    }
}

pub(in crate::inventory) async fn find_slot(tx: &mut TenantTx, id: HoldId) -> Result<Option<Slot>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select state, attempt_id, expires_at, extended_at from holds where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.read(id)))
}

pub(in crate::inventory) async fn lock_slot(tx: &mut TenantTx, id: HoldId) -> Result<Option<Slot>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select state, attempt_id, expires_at, extended_at from holds where id = $1 for update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| row.read(id)))
}

/// Writes a hold that holds nothing.
pub(in crate::inventory) async fn insert_slot(
    tx: &mut TenantTx,
    (id, currency): (HoldId, Currency),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into holds (tenant_id, id, state, currency, expires_at, created_at) values ($1, $2, 'held', $3, $4, $5)",
        tx.tenant().uuid(),
        id.uuid(),
        currency.code(),
        expires_at.to_sqlx() as _,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends holds without an event whose time is over.
pub(in crate::inventory) async fn release_slots(tx: &mut TenantTx, now: Timestamp, limit: i64) -> Result<(), DbError> {
    sqlx::query!(
        "update holds set state = 'released'
         where id = any(array(select x.id from holds x where x.event_id is null and x.state = 'held' and x.expires_at <= $1
                        order by x.expires_at limit $2 for update skip locked))",
        now.to_sqlx() as _,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
