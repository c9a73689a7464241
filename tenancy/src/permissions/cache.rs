//! Policies of hot tenants, by (tenant, policy version).

use std::{sync::Arc, time::Duration};

use bilten_kernel::{TenantId, Timestamp};
use moka::future::Cache;

use super::Policy;

/// A tenant's enforcer takes about 170 KiB, so that a full cache stays below 35 MiB.
const MAX_TENANTS: u64 = 200;
const MAX_IDLE: Duration = Duration::from_hours(1);

/// Keeps policies of tenants that were asked for lately. Cheap to clone; one per [`crate::Db`].
///
/// A version is never used twice ([`super::bump`]), so that an entry is true for as long as
/// somebody asks for its version, and no notice has to travel between nodes. Only a role's end makes one untrue.
#[derive(Debug, Clone)]
pub struct PolicyCache(Cache<(TenantId, i64), Arc<Policy>>);

impl Default for PolicyCache {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(MAX_TENANTS)
                .time_to_idle(MAX_IDLE)
                .build(),
        )
    }
}

impl PolicyCache {
    pub(super) async fn find(&self, tenant: TenantId, version: i64, now: Timestamp) -> Option<Arc<Policy>> {
        let found = self.0.get(&(tenant, version)).await;
        found.filter(|policy| policy.is_valid_at(now))
    }

    pub(super) async fn keep(&self, tenant: TenantId, version: i64, policy: Arc<Policy>) {
        self.0.insert((tenant, version), policy).await;
    }
}
