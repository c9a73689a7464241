//! SQL of `check_ins` and `scans`.

use bilten_kernel::{Ctx, EventId, TicketId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

/// Scan about to be recorded.
pub(super) struct Scan<'a> {
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
        ctx.random_uuid(),
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
