//! Finds the keys of many requests with one statement.

use async_trait::async_trait;
use bilten_kernel::TenantId;
use bilten_tenancy::{
    Db, DbError,
    groups::{GroupLimits, Groups, Refused, Serve},
};

use super::{ApiKey, ApiKeyToken, store};
use crate::TokenHash;

/// Finds living keys. Requests of one tenant that come at the same moment are answered by one read, which begins after
/// each of them came: a key that was revoked before is not found, on any node. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct ApiKeyFinder {
    groups: Groups<Keys>,
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
        }
    }

    /// Finds the living key of a token in this tenant.
    ///
    /// # Errors
    /// The database refused, or too many ask at once.
    pub async fn find(&self, tenant: TenantId, token: &ApiKeyToken) -> Result<Option<ApiKey>, Refused> {
        self.groups.ask(tenant, token.hash()).await
    }
}

#[async_trait]
impl Serve for Keys {
    type Lane = TenantId;
    type Ask = TokenHash;
    type Answer = Option<ApiKey>;

    const NAME: &'static str = "api_keys";

    fn tenant(lane: TenantId) -> TenantId {
        lane
    }

    async fn serve(&self, tenant: TenantId, asks: &[TokenHash]) -> Result<Vec<Option<ApiKey>>, DbError> {
        let mut tx = self.db.begin_in(tenant).await?;
        let found = store::find_many(&mut tx, asks).await?;
        tx.commit().await?;
        Ok(asks.iter().map(|hash| found.get(hash).cloned()).collect())
    }
}
