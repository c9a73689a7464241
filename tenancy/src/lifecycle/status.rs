//! Suspends and resumes a tenant, and adds hosts.

use bilten_kernel::{Ctx, HostName, TenantId};
use serde_json::json;

use super::provision::operator_of;
use crate::{DbError, PlatformDb, directory::store as directory};

/// Failure to change a tenant.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// No such tenant, or it is not in a state from which this is possible.
    #[error("the tenant is not in a state that allows this")]
    WrongState,
    /// The host leads to another tenant.
    #[error("the host is taken")]
    HostTaken,
    /// The database refused.
    #[error("could not change the tenant")]
    Db(#[from] DbError),
}

/// Closes the shop of a tenant; the door and exports go on.
///
/// # Errors
/// The tenant is not active, or the database refused.
pub async fn suspend(platform: &PlatformDb, ctx: &Ctx, tenant: TenantId, reason: &str) -> Result<(), StatusError> {
    change(platform, ctx, tenant, ("active", "suspended"), Some(reason)).await
}

/// Opens the shop of a suspended tenant.
///
/// # Errors
/// The tenant is not suspended, or the database refused.
pub async fn resume(platform: &PlatformDb, ctx: &Ctx, tenant: TenantId) -> Result<(), StatusError> {
    change(platform, ctx, tenant, ("suspended", "active"), None).await
}

/// Serves the tenant at one more host of its own.
///
/// # Errors
/// The host is taken, or the database refused.
pub async fn add_host(platform: &PlatformDb, ctx: &Ctx, tenant: TenantId, host: &HostName) -> Result<(), StatusError> {
    let mut tx = platform.begin().await?;
    if !directory::insert_host(&mut tx, host, tenant, "own", false, ctx.now()).await? {
        return Err(StatusError::HostTaken);
    }
    let entry = directory::PlatformAudit {
        id: ctx.random_uuid(),
        at: ctx.now(),
        operator: operator_of(&ctx.actor),
        tenant: Some(tenant),
        action: "host.added",
        details: json!({ "host": host }),
    };
    directory::insert_platform_audit(&mut tx, entry).await?;
    directory::announce(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

async fn change(
    platform: &PlatformDb,
    ctx: &Ctx,
    tenant: TenantId,
    (from, to): (&str, &str),
    reason: Option<&str>,
) -> Result<(), StatusError> {
    let mut tx = platform.begin().await?;
    if !directory::set_status(&mut tx, tenant, &[from], to, reason, ctx.now()).await? {
        return Err(StatusError::WrongState);
    }
    let entry = directory::PlatformAudit {
        id: ctx.random_uuid(),
        at: ctx.now(),
        operator: operator_of(&ctx.actor),
        tenant: Some(tenant),
        action: if to == "suspended" {
            "tenant.suspended"
        } else {
            "tenant.resumed"
        },
        details: json!({ "reason": reason }),
    };
    directory::insert_platform_audit(&mut tx, entry).await?;
    directory::announce(&mut tx).await?;
    tx.commit().await?;
    tracing::info!(%tenant, to, "status of a tenant changed");
    Ok(())
}
