//! SQL of how entries end.

use bilten_kernel::{EventId, HoldId, Timestamp, WaitlistEntryId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use crate::waitlist::EntryState;

/// Offers that one look settles.
const MAX_SETTLED: i64 = 500;

/// `waiting → left`; returns the event if it waited.
pub(in crate::waitlist) async fn leave(
    tx: &mut TenantTx,
    id: WaitlistEntryId,
    now: Timestamp,
) -> Result<Option<EventId>, DbError> {
    let event = sqlx::query_scalar!(
        "update waitlist_entries set state = 'left', ended_at = $2 where id = $1 and state = 'waiting' returning event_id",
        id.uuid(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(event.map(EventId::from_uuid))
}

/// `offered → declined` for the offer that the hold is, if it is one.
pub(in crate::waitlist) async fn decline(tx: &mut TenantTx, hold: HoldId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update waitlist_entries set state = 'declined', ended_at = $2 where hold_id = $1 and state = 'offered'",
        hold.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down how offers of an event, or of any, ended: `offered → accepted | lapsed`, as their holds tell. Returns those
/// that lapsed.
pub(in crate::waitlist) async fn settle(
    tx: &mut TenantTx,
    event: Option<EventId>,
    now: Timestamp,
) -> Result<Vec<WaitlistEntryId>, DbError> {
    let rows = sqlx::query!(
        "with ended as (
             select w.tenant_id, w.id, h.state from waitlist_entries w
             join holds h on h.tenant_id = w.tenant_id and h.id = w.hold_id
             where w.state = 'offered' and ($1::uuid is null or w.event_id = $1) and h.state in ('converted', 'released')
             limit $3 for update of w skip locked)
         update waitlist_entries w set state = case e.state when 'converted' then 'accepted' else 'lapsed' end, ended_at = $2
         from ended e where w.tenant_id = e.tenant_id and w.id = e.id
         returning w.id, w.state",
        event.map(EventId::uuid),
        now.to_sqlx() as _,
        MAX_SETTLED
    )
    .fetch_all(tx.conn())
    .await?;
    let lapsed = rows.into_iter().filter(|row| row.state == EntryState::Lapsed.name());
    Ok(lapsed.map(|row| row.id.into()).collect())
}

/// `waiting → closed` on lists of events that are over or cancelled.
pub(in crate::waitlist) async fn close_over(tx: &mut TenantTx, now: Timestamp, limit: i64) -> Result<(), DbError> {
    sqlx::query!(
        "with over as (
             select w.tenant_id, w.id from waitlist_entries w
             join events e on e.tenant_id = w.tenant_id and e.id = w.event_id
             where w.state = 'waiting' and (e.status in ('cancelled', 'ended') or e.ends_at <= $1)
             limit $2 for update of w skip locked)
         update waitlist_entries w set state = 'closed', ended_at = $1
         from over o where w.tenant_id = o.tenant_id and w.id = o.id",
        now.to_sqlx() as _,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes ended entries of events that ended before the instant.
pub(in crate::waitlist) async fn forget(tx: &mut TenantTx, before: Timestamp, limit: i64) -> Result<(), DbError> {
    let old = sqlx::query_scalar!(
        "select w.id from waitlist_entries w join events e on e.tenant_id = w.tenant_id and e.id = w.event_id
         where e.ends_at < $1 and w.state not in ('waiting', 'offered') limit $2 for update of w skip locked",
        before.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    if old.is_empty() {
        return Ok(());
    }
    sqlx::query!("delete from waitlist_entry_types where entry_id = any($1)", &old)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from waitlist_entries where id = any($1)", &old)
        .execute(tx.conn())
        .await?;
    Ok(())
}
