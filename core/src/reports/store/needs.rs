//! SQL about what waits for a person.

use bilten_kernel::{EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::stored;
use crate::reports::{NearlySoldOut, TodayEvent};

/// Above this a count says "99 and more": nobody acts on the difference.
const MAX_COUNT: i64 = 100;
/// Events of one kind that are named.
const MAX_EVENTS: i64 = 5;
/// Share of places in per cent from which an event is nearly sold out.
const NEARLY: i64 = 90;

pub async fn count_drafts(tx: &mut TenantTx, reach: Option<&[Uuid]>) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select from events where status = 'draft'
             and ($1::uuid[] is null or organizer_id = any($1) or id = any($1)) limit $2) d"#,
        reach as _,
        MAX_COUNT
    )
    .fetch_one(tx.conn())
    .await?)
}

pub async fn count_orders(tx: &mut TenantTx, state: &str, reach: Option<&[Uuid]>) -> Result<i64, DbError> {
    // The states are spelled out so that the partial index orders_in_trouble serves both.
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select from orders where state in ('payment_conflict', 'awaiting_funds')
             and state = $1
             and ($2::uuid[] is null or event_id in (select id from events where organizer_id = any($2) or id = any($2)))
             limit $3) o"#,
        state,
        reach as _,
        MAX_COUNT
    )
    .fetch_one(tx.conn())
    .await?)
}

pub async fn list_today(
    tx: &mut TenantTx,
    (from, before): (Timestamp, Timestamp),
    reach: Option<&[Uuid]>,
) -> Result<Vec<TodayEvent>, DbError> {
    let rows = sqlx::query!(
        "select id, name, starts_at, time_zone from events
         where status = 'published' and starts_at >= $1 and starts_at < $2
           and ($3::uuid[] is null or organizer_id = any($3) or id = any($3))
         order by starts_at, id limit $4",
        from.to_sqlx() as _,
        before.to_sqlx() as _,
        reach as _,
        MAX_EVENTS
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TodayEvent {
                id: row.id.into(),
                name: row.name,
                starts_at: row.starts_at.to_jiff(),
                time_zone: stored(&row.time_zone)?,
            })
        })
        .collect()
}

pub async fn list_nearly_sold_out(
    tx: &mut TenantTx,
    now: Timestamp,
    reach: Option<&[Uuid]>,
) -> Result<Vec<NearlySoldOut>, DbError> {
    // Published events only (events_by_start), and their pools (capacity_pools_by_purpose).
    let rows = sqlx::query!(
        r#"select e.id, e.name, max(p.sold * 100 / p.capacity) as "percent!"
           from events e join capacity_pools p on p.tenant_id = e.tenant_id and p.event_id = e.id
           where e.status = 'published' and e.ends_at > $1 and p.capacity > 0 and p.purpose = 'places'
             and p.sold < p.capacity and p.sold * 100 >= p.capacity * $2
             and ($3::uuid[] is null or e.organizer_id = any($3) or e.id = any($3))
           group by e.id, e.name order by 3 desc, e.id limit $4"#,
        now.to_sqlx() as _,
        NEARLY,
        reach as _,
        MAX_EVENTS
    )
    .fetch_all(tx.conn())
    .await?;
    let events = rows.into_iter().map(|row| NearlySoldOut {
        event: EventId::from_uuid(row.id),
        name: row.name,
        percent: row.percent,
    });
    Ok(events.collect())
}
