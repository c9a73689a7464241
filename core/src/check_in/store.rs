//! SQL of `check_ins` and `scans`.

use std::collections::HashSet;

use bilten_kernel::{Ctx, EventId, OrderId, TicketId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::seating::Seat;

/// Scan about to be recorded.
pub(super) struct NewScan<'a> {
    pub ctx: &'a Ctx,
    pub id: Uuid,
    pub ticket: Option<TicketId>,
    pub event: Option<EventId>,
    pub outcome: &'static str,
    pub gate: &'a str,
}

/// Admission about to be written.
pub(super) struct NewCheckIn<'a> {
    pub ctx: &'a Ctx,
    pub ticket: TicketId,
    pub event: EventId,
    pub gate: &'a str,
    pub is_add_on: bool,
}

/// Names those of the tickets that nobody was admitted with.
pub(super) async fn list_not_admitted(tx: &mut TenantTx, tickets: &[TicketId]) -> Result<HashSet<TicketId>, DbError> {
    let ids: Vec<Uuid> = tickets.iter().map(|id| id.uuid()).collect();
    let admitted = sqlx::query_scalar!("select ticket_id from check_ins where ticket_id = any($1)", &ids)
        .fetch_all(tx.conn())
        .await?;
    let mut fresh: HashSet<TicketId> = tickets.iter().copied().collect();
    for ticket in admitted {
        fresh.remove(&TicketId::from_uuid(ticket));
    }
    Ok(fresh)
}

/// Writes admissions, in the order of their tickets.
pub(super) async fn insert_check_ins(tx: &mut TenantTx, new: &[NewCheckIn<'_>]) -> Result<(), DbError> {
    let tickets: Vec<Uuid> = new.iter().map(|new| new.ticket.uuid()).collect();
    let events: Vec<Uuid> = new.iter().map(|new| new.event.uuid()).collect();
    let gates: Vec<&str> = new.iter().map(|new| new.gate).collect();
    let actors: Vec<String> = new.iter().map(|new| new.ctx.actor.to_string()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = new.iter().map(|new| new.ctx.now().to_sqlx()).collect();
    let add_ons: Vec<bool> = new.iter().map(|new| new.is_add_on).collect();
    sqlx::query!(
        "insert into check_ins (tenant_id, ticket_id, event_id, gate, actor, admitted_at, is_add_on)
         select $1, c.ticket_id, c.event_id, c.gate, c.actor, c.at, c.is_add_on
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[])
              as c(ticket_id, event_id, gate, actor, at, is_add_on)
         order by c.ticket_id",
        tx.tenant().uuid(),
        &tickets,
        &events,
        &gates as _,
        &actors,
        &ats as _,
        &add_ons,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns whether this was the first admission; a rival at another gate is waited for.
pub(super) async fn insert_check_in(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (ticket, event, is_add_on): (TicketId, EventId, bool),
    gate: &str,
) -> Result<bool, DbError> {
    let inserted = sqlx::query!(
        "insert into check_ins (tenant_id, ticket_id, event_id, gate, actor, admitted_at, is_add_on) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, ticket_id) do nothing",
        tx.tenant().uuid(),
        ticket.uuid(),
        event.uuid(),
        gate,
        ctx.actor.to_string(),
        ctx.now().to_sqlx() as _,
        is_add_on
    )
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn get_check_in(tx: &mut TenantTx, ticket: TicketId) -> Result<(Timestamp, String), DbError> {
    let row = sqlx::query!(
        "select admitted_at, gate from check_ins where ticket_id = $1",
        ticket.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.admitted_at.to_jiff(), row.gate))
}

pub(super) async fn insert_scans(tx: &mut TenantTx, new: &[NewScan<'_>]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = new.iter().map(|new| new.id).collect();
    let events: Vec<Option<Uuid>> = new.iter().map(|new| new.event.map(EventId::uuid)).collect();
    let tickets: Vec<Option<Uuid>> = new.iter().map(|new| new.ticket.map(TicketId::uuid)).collect();
    let outcomes: Vec<&str> = new.iter().map(|new| new.outcome).collect();
    let gates: Vec<&str> = new.iter().map(|new| new.gate).collect();
    let actors: Vec<String> = new.iter().map(|new| new.ctx.actor.to_string()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = new.iter().map(|new| new.ctx.now().to_sqlx()).collect();
    sqlx::query!(
        "insert into scans (tenant_id, id, event_id, ticket_id, outcome, gate, actor, scanned_at)
         select $1, s.id, s.event_id, s.ticket_id, s.outcome, s.gate, s.actor, s.at
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
              as s(id, event_id, ticket_id, outcome, gate, actor, at)",
        tx.tenant().uuid(),
        &ids,
        &events as _,
        &tickets as _,
        &outcomes as _,
        &gates as _,
        &actors,
        &ats as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Scan as it was recorded, with what its answer told.
pub(super) struct Told {
    pub outcome: String,
    pub ticket: Option<TicketId>,
    pub event: Option<EventId>,
    pub scanned_at: Timestamp,
    pub holder_name: Option<String>,
    pub type_name: Option<String>,
    pub is_add_on: bool,
    pub seat: Option<Seat>,
    pub admitted_at: Option<Timestamp>,
    pub admitted_gate: Option<String>,
}

pub(super) async fn get_told(tx: &mut TenantTx, scan: Uuid) -> Result<Told, DbError> {
    let row = sqlx::query!(
        "select s.outcome, s.ticket_id, s.event_id, s.scanned_at, t.holder_name as \"holder_name?\", y.name as \"type_name?\", y.per_admission is not null as \"is_add_on!\",
                t.seat_section, t.seat_row, t.seat_number,
                c.admitted_at as \"admitted_at?\", c.gate as \"gate?\"
         from scans s
         left join tickets t on t.tenant_id = s.tenant_id and t.id = s.ticket_id
         left join ticket_types y on y.tenant_id = t.tenant_id and y.id = t.ticket_type_id
         left join check_ins c on c.tenant_id = s.tenant_id and c.ticket_id = s.ticket_id
         where s.id = $1",
        scan
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Told {
        outcome: row.outcome,
        ticket: row.ticket_id.map(TicketId::from_uuid),
        event: row.event_id.map(EventId::from_uuid),
        scanned_at: row.scanned_at.to_jiff(),
        holder_name: row.holder_name,
        type_name: row.type_name,
        is_add_on: row.is_add_on,
        seat: Seat::stored(row.seat_section, row.seat_row, row.seat_number),
        admitted_at: row.admitted_at.map(jiff_sqlx::Timestamp::to_jiff),
        admitted_gate: row.gate,
    })
}

/// Scans that one list holds at most.
const LIST_LIMIT: i64 = 200;

/// A scan as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptScan {
    /// Ticket that was shown.
    pub ticket: TicketId,
    /// What came of it.
    pub outcome: String,
    /// At which gate.
    pub gate: String,
    /// Who scanned.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// Lists the scans of an order's tickets, oldest first.
///
/// # Errors
/// The database refused.
pub async fn list_scans_of_order(tx: &mut TenantTx, order: OrderId) -> Result<Vec<KeptScan>, DbError> {
    let rows = sqlx::query!(
        r#"select s.ticket_id as "ticket_id!", s.outcome, s.gate, s.actor, s.scanned_at
           from tickets t join scans s on s.tenant_id = t.tenant_id and s.event_id = t.event_id and s.ticket_id = t.id
           where t.order_id = $1 order by s.scanned_at, s.id limit $2"#,
        order.uuid(),
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    let kept = rows.into_iter().map(|row| KeptScan {
        ticket: row.ticket_id.into(),
        outcome: row.outcome,
        gate: row.gate,
        actor: row.actor,
        at: row.scanned_at.to_jiff(),
    });
    Ok(kept.collect())
}
