//! SQL about the door.

use bilten_kernel::{EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::stored;
use crate::reports::{Counts, DoorEvent, GateCount, Scan};

/// Gates that are counted apart.
const MAX_GATES: i64 = 50;
/// Scans shown at the door.
const MAX_SCANS: i64 = 12;
/// Events to choose from.
const MAX_EVENTS: i64 = 50;

/// Counts valid tickets and admissions of one event (tickets_event, check_ins_event).
pub async fn counts(tx: &mut TenantTx, event: EventId) -> Result<Counts, DbError> {
    let row = sqlx::query!(
        r#"select (select count(*) from tickets where event_id = $1 and state = 'issued'
                   and ticket_type_id <> all(array(select id from ticket_types where event_id = $1 and per_admission is not null)))
                   as "expected!",
                  (select count(*) from check_ins where event_id = $1 and not is_add_on) as "admitted!""#,
        event.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Counts {
        expected: row.expected,
        admitted: row.admitted,
    })
}

pub async fn count_by_gate(tx: &mut TenantTx, event: EventId) -> Result<Vec<GateCount>, DbError> {
    let rows = sqlx::query!(
        r#"select gate, count(*) as "admitted!" from check_ins where event_id = $1 and not is_add_on
           group by gate order by 2 desc, gate limit $2"#,
        event.uuid(),
        MAX_GATES
    )
    .fetch_all(tx.conn())
    .await?;
    let gates = rows.into_iter().map(|row| GateCount {
        gate: row.gate,
        admitted: row.admitted,
    });
    Ok(gates.collect())
}

pub async fn list_scans(tx: &mut TenantTx, event: EventId) -> Result<Vec<Scan>, DbError> {
    let rows = sqlx::query!(
        r#"select s.scanned_at, s.outcome, s.gate, t.holder_name as "holder_name?", tt.name as "type_name?", tt.per_admission is not null as "is_add_on!"
           from scans s
           left join tickets t on t.tenant_id = s.tenant_id and t.id = s.ticket_id
           left join ticket_types tt on tt.tenant_id = t.tenant_id and tt.id = t.ticket_type_id
           where s.event_id = $1 order by s.scanned_at desc, s.id desc limit $2"#,
        event.uuid(),
        MAX_SCANS
    )
    .fetch_all(tx.conn())
    .await?;
    let scans = rows.into_iter().map(|row| Scan {
        at: row.scanned_at.to_jiff(),
        outcome: row.outcome,
        gate: row.gate,
        holder_name: row.holder_name,
        type_name: row.type_name,
        is_add_on: row.is_add_on,
    });
    Ok(scans.collect())
}

pub async fn list_events(
    tx: &mut TenantTx,
    (from, before): (Timestamp, Timestamp),
    reach: Option<&[Uuid]>,
) -> Result<Vec<DoorEvent>, DbError> {
    let rows = sqlx::query!(
        r#"select e.id, e.name, e.starts_at, e.time_zone, coalesce(v.name, '') as "venue!",
                  (select count(*) from tickets t where t.tenant_id = e.tenant_id and t.event_id = e.id
                   and t.state = 'issued' and t.ticket_type_id <> all(array(
                       select y.id from ticket_types y
                       where y.tenant_id = e.tenant_id and y.event_id = e.id and y.per_admission is not null))) as "expected!",
                  (select count(*) from check_ins c where c.tenant_id = e.tenant_id and c.event_id = e.id and not c.is_add_on)
                   as "admitted!"
           from events e left join venues v on v.tenant_id = e.tenant_id and v.id = e.venue_id
           where e.status in ('published', 'ended') and e.ends_at >= $1 and e.starts_at < $2
             and ($3::uuid[] is null or e.organizer_id = any($3) or e.id = any($3))
           order by e.starts_at, e.id limit $4"#,
        from.to_sqlx() as _,
        before.to_sqlx() as _,
        reach as _,
        MAX_EVENTS
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DoorEvent {
                id: row.id.into(),
                name: row.name,
                starts_at: row.starts_at.to_jiff(),
                time_zone: stored(&row.time_zone)?,
                venue: row.venue,
                counts: Counts {
                    expected: row.expected,
                    admitted: row.admitted,
                },
            })
        })
        .collect()
}
