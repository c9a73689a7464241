//! Adds, proves and removes domains.

use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::{DbError, PlatformTx, TenantTx, audit};
use data_encoding::BASE32_NOPAD;
use serde_json::json;

use super::{Domain, OwnDomain, store};

/// Most domains of a tenant.
pub const MAX_DOMAINS: i64 = 50;

/// Failure to add a domain.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The tenant has as many as it may have.
    #[error("too many domains")]
    TooMany,
    /// The database refused.
    #[error("could not add the domain")]
    Db(#[from] DbError),
}

/// Whom the platform's directory gives a domain to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// This tenant.
    Own,
    /// Another one, which proved it before.
    Other,
}

/// Adds a domain that is to be proved; adding it again changes nothing.
///
/// # Errors
/// See [`AddError`].
pub async fn add(tx: &mut TenantTx, ctx: &Ctx, domain: &Domain) -> Result<(), AddError> {
    if store::count(tx).await? >= MAX_DOMAINS {
        return Err(AddError::TooMany);
    }
    let token = BASE32_NOPAD.encode(&ctx.random::<20>()).to_ascii_lowercase();
    if store::insert(tx, domain, &token, ctx.now()).await? {
        record(tx, ctx, domain, "sso_domain.added").await?;
    }
    Ok(())
}

/// Lists the domains of the tenant.
///
/// # Errors
/// The database refused.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<OwnDomain>, DbError> {
    store::list(tx).await
}

/// Finds a domain of the tenant.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, domain: &Domain) -> Result<Option<OwnDomain>, DbError> {
    store::find(tx, domain).await
}

/// Gives a domain whose record was found to this tenant, unless another one has it.
///
/// # Errors
/// The database refused.
pub async fn claim(tx: &mut PlatformTx, ctx: &Ctx, domain: &Domain) -> Result<Claimed, DbError> {
    let owner = store::claim(tx, ctx.tenant, domain, ctx.now()).await?;
    Ok(if owner == ctx.tenant {
        Claimed::Own
    } else {
        Claimed::Other
    })
}

/// Notes in the tenant that the domain is its own.
///
/// # Errors
/// The database refused.
pub async fn mark_verified(tx: &mut TenantTx, ctx: &Ctx, domain: &Domain) -> Result<(), DbError> {
    if store::update_verified(tx, domain, ctx.now()).await? {
        record(tx, ctx, domain, "sso_domain.verified").await?;
    }
    Ok(())
}

/// Removes a domain from the tenant: its people are taken in no more. Returns whether it was there.
///
/// # Errors
/// The database refused.
pub async fn remove(tx: &mut TenantTx, ctx: &Ctx, domain: &Domain) -> Result<bool, DbError> {
    let was_there = store::delete(tx, domain).await?;
    if was_there {
        record(tx, ctx, domain, "sso_domain.removed").await?;
    }
    Ok(was_there)
}

/// Lets others prove the domain, after the tenant has let go of it.
///
/// # Errors
/// The database refused.
pub async fn release(tx: &mut PlatformTx, tenant: TenantId, domain: &Domain) -> Result<(), DbError> {
    store::release(tx, tenant, domain).await
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, domain: &Domain, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: domain.as_str().to_owned(),
        details: json!({}),
    };
    audit::record(tx, ctx, entry).await
}
