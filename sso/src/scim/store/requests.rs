//! SQL of `scim_requests`.

use bilten_kernel::{ScimTokenId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::scim::requests::Asked;

const MAX_LISTED: i64 = 50;

pub(in crate::scim) async fn insert(
    tx: &mut TenantTx,
    (id, token): (Uuid, ScimTokenId),
    asked: &Asked,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scim_requests (tenant_id, id, token_id, at, method, target, status, fault)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        id,
        token.uuid(),
        asked.at.to_sqlx() as _,
        asked.method,
        asked.target,
        i32::from(asked.status),
        asked.fault,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists the latest, those that failed alone if asked for.
pub(in crate::scim) async fn list(tx: &mut TenantTx, is_failed: bool) -> Result<Vec<Asked>, DbError> {
    // Kept seven days: a tenant has few enough to look at in this order.
    let rows = sqlx::query!(
        "select at, method, target, status, fault from scim_requests
         where not $1 or status >= 400 order by at desc, id desc limit $2",
        is_failed,
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    let asked = rows.into_iter().map(|row| Asked {
        at: row.at.to_jiff(),
        method: row.method,
        target: row.target,
        status: u16::try_from(row.status).unwrap_or(0),
        fault: row.fault,
    });
    Ok(asked.collect())
}

pub(in crate::scim) async fn delete(tx: &mut TenantTx, before: Timestamp) -> Result<(), DbError> {
    sqlx::query!("delete from scim_requests where at < $1", before.to_sqlx() as _)
        .execute(tx.conn())
        .await?;
    Ok(())
}
