//! Finds the keys of many requests with one statement, and remembers them for a second.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use bilten_kernel::TenantId;
use bilten_tenancy::{
    Db, DbError,
    groups::{GroupLimits, Groups, Refused, Serve},
};
use moka::sync::Cache;

use super::{ApiKey, ApiKeyToken, store};
use crate::TokenHash;

/// Time for which a key that was found counts: the longest that a revoked one is still taken, on any node.
const REMEMBERED: Duration = Duration::from_secs(1);
/// Keys in memory.
const MAX_KEYS: u64 = 100_000;

/// Finds living keys. Requests of one tenant that come at the same moment are answered by one read; what it found counts
/// for a second. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct ApiKeyFinder {
    groups: Groups<Keys>,
    known: Cache<(TenantId, TokenHash), Arc<ApiKey>>,
}

/// Serves groups of look-ups.
struct Keys {
    db: Db,
}

impl ApiKeyFinder {
    /// Makes a finder on a database.
    pub fn new(db: Db, limits: GroupLimits) -> Self {
        let turnstile = db.turnstile().clone();
        Self {
            groups: Groups::new(Keys { db }, limits, turnstile),
            known: Cache::builder().max_capacity(MAX_KEYS).time_to_live(REMEMBERED).build(),
        }
    }

    /// Finds the living key of a token in this tenant.
    ///
    /// # Errors
    /// The database refused, or too many ask at once.
    pub async fn find(&self, tenant: TenantId, token: &ApiKeyToken) -> Result<Option<Arc<ApiKey>>, Refused> {
        let asked = (tenant, token.hash());
        if let Some(key) = self.known.get(&asked) {
            return Ok(Some(key));
        }
        let found = self.groups.ask(tenant, asked.1).await?;
        if let Some(key) = &found {
            self.known.insert(asked, Arc::clone(key));
        }
        Ok(found)
    }
}

#[async_trait]
impl Serve for Keys {
    type Lane = TenantId;
    type Ask = TokenHash;
    type Answer = Option<Arc<ApiKey>>;

    const NAME: &'static str = "api_keys";

    fn tenant(lane: TenantId) -> TenantId {
        lane
    }

    async fn serve(&self, tenant: TenantId, asks: &[TokenHash]) -> Result<Vec<Option<Arc<ApiKey>>>, DbError> {
        let mut tx = self.db.begin_in(tenant).await?;
        let found = store::find_many(&mut tx, asks).await?;
        tx.commit().await?;
        let found: HashMap<TokenHash, Arc<ApiKey>> =
            found.into_iter().map(|(hash, key)| (hash, Arc::new(key))).collect();
        Ok(asks.iter().map(|hash| found.get(hash).cloned()).collect())
    }
}
