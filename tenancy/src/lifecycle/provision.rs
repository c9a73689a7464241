//! Makes a tenant.

use async_trait::async_trait;
use bilten_kernel::{Actor, Ctx, Currency, Email, HostName, Locale, Slug, TenantId, ZoneName};
use serde_json::{Value, json};

use super::store;
use crate::{Db, DbError, PlatformDb, TenantTx, audit, directory::store as directory};

/// What a new tenant is made of.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Name in addresses; its sub-domain.
    pub slug: Slug,
    /// Name for people.
    pub name: String,
    /// Host under the platform's base domain.
    pub host: HostName,
    /// Language of its pages unless the reader asks for another.
    pub locale: Locale,
    /// Currency of new events.
    pub currency: Currency,
    /// Zone of new events.
    pub zone: ZoneName,
    /// Sender of its mails.
    pub mail_from: Email,
    /// Where buyers get help.
    pub support_email: Email,
    /// Theme tokens.
    pub theme: Value,
    /// Legal pages.
    pub legal: Value,
}

/// Writes what other crates need in a new tenant, in the provisioning transaction.
#[async_trait]
pub trait Seed: Send + Sync {
    /// Writes the rows; must bear being run twice.
    async fn seed(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError>;
}

/// Failure to provision.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// A tenant with this slug exists.
    #[error("the slug is taken")]
    SlugTaken,
    /// The host leads to another tenant.
    #[error("the host is taken")]
    HostTaken,
    /// The database refused.
    #[error("could not provision the tenant")]
    Db(#[from] DbError),
}

/// Provisions a tenant and returns its id. `ctx` gives actor and time; its tenant is not read.
///
/// # Errors
/// See [`ProvisionError`].
pub async fn provision(
    platform: &PlatformDb,
    db: &Db,
    ctx: &Ctx,
    new: &NewTenant,
    seeds: &[&dyn Seed],
) -> Result<TenantId, ProvisionError> {
    let mut tx = platform.begin().await?;
    let id = directory::insert_tenant(&mut tx, ctx.new_id(), &new.slug, &new.name, ctx.now())
        .await?
        .ok_or(ProvisionError::SlugTaken)?;
    if !directory::insert_host(&mut tx, &new.host, id, "platform", true, ctx.now()).await? {
        return Err(ProvisionError::HostTaken);
    }
    tx.commit().await?;

    let ctx = ctx.clone().in_tenant(id);
    let mut tx = db.begin(&ctx).await?;
    store::insert_settings(&mut tx, &ctx, new).await?;
    for seed in seeds {
        seed.seed(&ctx, &mut tx).await?;
    }
    let details = json!({ "slug": new.slug.as_str() });
    audit::record(
        &mut tx,
        &ctx,
        audit::Entry {
            action: "tenant.provisioned",
            object: id.to_string(),
            details,
        },
    )
    .await?;
    tx.commit().await?;

    let mut tx = platform.begin().await?;
    directory::set_status(&mut tx, id, &["provisioning"], "active", None, ctx.now()).await?;
    let entry = directory::PlatformAudit {
        id: ctx.random_uuid(),
        at: ctx.now(),
        operator: operator_of(&ctx.actor),
        tenant: Some(id),
        action: "tenant.provisioned",
        details: json!({ "slug": new.slug.as_str() }),
    };
    directory::insert_platform_audit(&mut tx, entry).await?;
    directory::announce(&mut tx).await?;
    tx.commit().await?;
    tracing::info!(tenant = %id, "tenant provisioned");
    Ok(id)
}

pub(super) const fn operator_of(actor: &Actor) -> Option<uuid::Uuid> {
    match actor {
        Actor::Operator(id) => Some(id.uuid()),
        Actor::Staff(_)
        | Actor::ApiKey(..)
        | Actor::Directory(_)
        | Actor::Buyer
        | Actor::System
        | Actor::Visiting(_) => None,
    }
}
