//! Where a provider is reached, and which certificates sign for it.

use bilten_kernel::{Ctx, SsoConnectionId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::store;
use crate::{
    Check,
    egress::Egress,
    oidc::Failure,
    saml::{Certificate, Metadata, MetadataFault},
};

/// A provider as it was set up.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Where requests to log in go.
    pub sso_url: String,
    /// Where answers to requests to log out go.
    pub slo_url: Option<String>,
    /// Where the description is read anew.
    pub metadata_url: Option<String>,
    /// The way of logging in that is insisted on.
    pub authn_context: Option<String>,
    /// Certificates that sign.
    pub certificates: Vec<Certificate>,
}

/// A provider as it is kept.
#[derive(Debug, Clone)]
pub struct Peer {
    /// What was set up.
    pub provider: Provider,
    /// When the description was last read.
    pub refreshed_at: Timestamp,
}

impl Provider {
    /// Takes what a description says.
    pub fn of(metadata: &Metadata, metadata_url: Option<String>, authn_context: Option<String>) -> Self {
        Self {
            sso_url: metadata.sso_url.clone(),
            slo_url: metadata.slo_url.clone(),
            metadata_url,
            authn_context,
            certificates: metadata.certificates.clone(),
        }
    }
}

/// Fetches a description through the one way out, and judges its addresses. Never inside a transaction.
///
/// # Errors
/// Names the check that failed.
pub async fn read_description(egress: &Egress, address: &str) -> Result<Metadata, Failure> {
    let reply = egress.get(address, None).await;
    let reply = reply.map_err(|why| Failure::with(Check::Address, format!("{address}: {why}")))?;
    if reply.status != 200 {
        return Err(Failure::with(
            Check::Discovery,
            format!("{address}: status {}", reply.status),
        ));
    }
    Metadata::read(&reply.body).map_err(|fault: MetadataFault| Failure::with(Check::Discovery, fault.to_string()))
}

/// Finds what is known of a connection's provider.
///
/// # Errors
/// The database refused.
pub async fn find(tx: &mut TenantTx, id: SsoConnectionId) -> Result<Option<Peer>, DbError> {
    store::find(tx, id).await
}

/// Keeps a provider in place of what was kept. Certificates that stay keep their place in the watch over their ends.
///
/// # Errors
/// The database refused.
pub async fn save(tx: &mut TenantTx, ctx: &Ctx, id: SsoConnectionId, provider: &Provider) -> Result<(), DbError> {
    store::upsert(tx, id, provider, ctx.now()).await?;
    store::delete_certificates(tx, id, &provider.certificates).await?;
    for certificate in &provider.certificates {
        store::insert_certificate(tx, id, certificate, ctx.now()).await?;
    }
    Ok(())
}

/// Forgets a provider and its certificates.
///
/// # Errors
/// The database refused.
pub async fn forget(tx: &mut TenantTx, id: SsoConnectionId) -> Result<(), DbError> {
    store::delete_certificates(tx, id, &[]).await?;
    store::delete(tx, id).await
}
