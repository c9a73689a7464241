//! SQL of `page_versions`.

use crate::{DbError, TenantTx};

pub(super) async fn read(tx: &mut TenantTx) -> Result<u64, DbError> {
    let version = sqlx::query_scalar!(
        "select version from page_versions where tenant_id = $1",
        tx.tenant().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(version.and_then(|version| u64::try_from(version).ok()).unwrap_or(0))
}

/// Counts up. Two who change things of one tenant at once wait for each other here, and hold no lock that
/// comes after this one.
pub(crate) async fn bump(tx: &mut TenantTx) -> Result<(), DbError> {
    sqlx::query!(
        "insert into page_versions (tenant_id, version) values ($1, 1)
         on conflict (tenant_id) do update set version = page_versions.version + 1",
        tx.tenant().uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
