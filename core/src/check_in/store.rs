//! SQL of `check_ins` and `scans`.

use bilten_kernel::{Ctx, EventId, TicketId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

/// Scan about to be recorded.
pub(super) struct Scan<'a> {
    pub id: Uuid,
    pub ticket: Option<TicketId>,
    pub event: Option<EventId>,
    pub outcome: &'static str,
    pub gate: &'a str,
}

/// Returns whether this was the first admission; a rival at another gate is waited for.
pub(super) async fn insert_check_in(
    tx: &mut TenantTx,
    ctx: &Ctx,
    ticket: TicketId,
    event: EventId,
    gate: &str,
) -> Result<bool, DbError> {
    let inserted = sqlx::query!(
        "insert into check_ins (tenant_id, ticket_id, event_id, gate, actor, admitted_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, ticket_id) do nothing",
        tx.tenant().uuid(),
        ticket.uuid(),
        event.uuid(),
        gate,
        ctx.actor.to_string(),
        ctx.now().to_sqlx() as _
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

pub(super) async fn insert_scan(tx: &mut TenantTx, ctx: &Ctx, scan: Scan<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scans (tenant_id, id, event_id, ticket_id, outcome, gate, actor, scanned_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        scan.id,
        scan.event.map(EventId::uuid),
        scan.ticket.map(TicketId::uuid),
        scan.outcome,
        scan.gate,
        ctx.actor.to_string(),
        ctx.now().to_sqlx() as _
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
    pub admitted_at: Option<Timestamp>,
    pub admitted_gate: Option<String>,
}

pub(super) async fn get_told(tx: &mut TenantTx, scan: Uuid) -> Result<Told, DbError> {
    let row = sqlx::query!(
        "select s.outcome, s.ticket_id, s.event_id, s.scanned_at, t.holder_name as \"holder_name?\", y.name as \"type_name?\",
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
        admitted_at: row.admitted_at.map(jiff_sqlx::Timestamp::to_jiff),
        admitted_gate: row.gate,
    })
}
