//! Mail domains that a tenant has proved to be its own, by a TXT record.
//!
//! Only people with a verified address in one of them are taken in by a connection. A domain belongs to one tenant of the
//! whole platform, first come, first served by proof; domains at which anybody gets an address belong to nobody.
//!
//! Proving is done between two transactions: the record is looked up outside ([`Dns`]), then the platform's directory gives the
//! domain to one tenant, then the tenant's row says so.

mod dns;
mod domain;
mod manage;
mod store;

pub use dns::{Dns, DnsError};
pub use domain::{Domain, PUBLIC};
pub use manage::{AddError, Claimed, MAX_DOMAINS, add, claim, find, list, mark_verified, release, remove};

use bilten_kernel::{Email, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

/// A domain of a tenant.
#[derive(Debug, Clone)]
pub struct OwnDomain {
    /// The domain.
    pub domain: Domain,
    /// What the TXT record must say.
    pub token: String,
    /// When it was proved.
    pub verified_at: Option<Timestamp>,
}

impl OwnDomain {
    /// Name of the record.
    pub fn record_name(&self) -> String {
        format!("_sso-verification.{}", self.domain.as_str())
    }

    /// Text of the record.
    pub fn record_text(&self) -> String {
        format!("sso-domain-verification={}", self.token)
    }
}

/// Tells whether an address is of a domain that this tenant has proved to be its own.
///
/// # Errors
/// The database refused.
pub async fn is_own(tx: &mut TenantTx, email: &Email) -> Result<bool, DbError> {
    let normalized = email.normalized();
    let domain = normalized.rsplit('@').next().unwrap_or_default();
    store::is_verified(tx, domain).await
}
