//! SQL of `outbox_events`.

use bilten_kernel::{Ctx, OutboxId, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use super::OutboxEvent;
use crate::{DbError, TenantTx};

pub(super) async fn insert_many(
    tx: &mut TenantTx,
    kind: &str,
    version: i16,
    facts: &[(&Ctx, Value)],
) -> Result<(), DbError> {
    let ids: Vec<OutboxId> = facts.iter().map(|(ctx, _)| ctx.new_id()).collect();
    let ids: Vec<Uuid> = ids.into_iter().map(OutboxId::uuid).collect();
    let payloads: Vec<Value> = facts.iter().map(|(_, payload)| payload.clone()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = facts.iter().map(|(ctx, _)| ctx.now().to_sqlx()).collect();
    sqlx::query!(
        "insert into outbox_events (tenant_id, id, kind, version, payload, created_at)
         select $1, f.id, $2, $3, f.payload, f.at from unnest($4::uuid[], $5::jsonb[], $6::timestamptz[]) as f(id, payload, at)",
        tx.tenant().uuid(),
        kind,
        version,
        &ids,
        &payloads,
        &ats as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn take_waiting(tx: &mut TenantTx, limit: i64) -> Result<Vec<(Uuid, OutboxEvent)>, DbError> {
    let rows = sqlx::query!(
        "select id, kind, version, payload from outbox_events where dispatched_at is null
         order by created_at, id limit $1 for update skip locked",
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let event = rows.into_iter().map(|row| {
        (
            row.id,
            OutboxEvent {
                kind: row.kind,
                version: row.version,
                payload: row.payload,
            },
        )
    });
    Ok(event.collect())
}

pub(super) async fn mark_dispatched(tx: &mut TenantTx, ids: &[Uuid], now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update outbox_events set dispatched_at = $2 where id = any($1)",
        ids,
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes dispatched events from before the instant.
pub(crate) async fn prune(tx: &mut TenantTx, before: Timestamp, limit: i64) -> Result<(), DbError> {
    // Walks the dispatched events of one tenant; there are few that old.
    sqlx::query!(
        "delete from outbox_events where id in (select id from outbox_events where dispatched_at < $1 limit $2)",
        before.to_sqlx() as _,
        limit
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
