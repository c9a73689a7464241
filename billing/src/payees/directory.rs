//! Which tenant an account belongs to: notices name the account, not the tenant.

use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::{DbError, PlatformDb};
use jiff_sqlx::ToSqlx;

use super::PayeeError;
use crate::provider::AccountRef;

/// Finds the tenant of an account.
///
/// # Errors
/// The database failed.
pub async fn find_tenant(
    platform: &PlatformDb,
    provider: &str,
    account: &AccountRef,
) -> Result<Option<TenantId>, DbError> {
    let mut tx = platform.begin().await?;
    let found = sqlx::query_scalar!(
        "select tenant_id from platform.payee_directory where provider = $1 and account = $2",
        provider,
        account.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(found.map(TenantId::from_uuid))
}

/// Enters an account; it may have been entered before, for this tenant.
pub(super) async fn enter(
    platform: &PlatformDb,
    ctx: &Ctx,
    provider: &str,
    account: &AccountRef,
) -> Result<(), PayeeError> {
    let mut tx = platform.begin().await?;
    sqlx::query!(
        "insert into platform.payee_directory (provider, account, tenant_id, created_at)
         values ($1, $2, $3, $4) on conflict do nothing",
        provider,
        account.as_str(),
        ctx.tenant.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    tx.commit().await?;
    // An account that another tenant has is not handed over, whoever asks.
    match find_tenant(platform, provider, account).await? {
        Some(tenant) if tenant == ctx.tenant => Ok(()),
        Some(_) | None => Err(PayeeError::Refused),
    }
}
