//! Which tenant an account belongs to: notices name the account, not the tenant.

use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::{DbError, PlatformDb};

use super::{PayeeError, store};
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
    let found = store::find_entered(&mut tx, provider, account).await?;
    tx.commit().await?;
    Ok(found)
}

/// Enters an account for the tenant. One that another tenant has is not handed over, whoever asks.
pub(super) async fn enter(
    platform: &PlatformDb,
    ctx: &Ctx,
    provider: &str,
    account: &AccountRef,
) -> Result<(), PayeeError> {
    let mut tx = platform.begin().await?;
    store::enter(&mut tx, ctx, provider, account).await?;
    let owner = store::find_entered(&mut tx, provider, account).await?;
    tx.commit().await?;
    match owner {
        Some(tenant) if tenant == ctx.tenant => Ok(()),
        Some(_) | None => Err(PayeeError::Refused),
    }
}
