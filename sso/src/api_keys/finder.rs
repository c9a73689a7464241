//! Finds the keys of many requests with one statement, and remembers them for a second.
//!
//! With a key its maker's rights are looked up, so that what he lost is lost to the key within the same second; a role of
//! his that ends is not waited for. Use is noted here too, once a minute.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use bilten_kernel::{ApiScope, TenantId, Timestamp};
use bilten_tenancy::{
    Db, DbError, TenantTx,
    groups::{GroupLimits, Groups, Refused, Serve},
    permissions,
};
use jiff::SignedDuration;
use moka::sync::Cache;

use super::{ApiKey, ApiKeyToken, may_have, store};
use crate::TokenHash;

/// Time for which a key that was found counts: the longest that a revoked one is still taken, on any node.
const REMEMBERED: Duration = Duration::from_secs(1);
/// Use of a key is noted at most this often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Keys in memory.
const MAX_KEYS: u64 = 100_000;

/// Finds living keys. Requests of one tenant that come at the same moment are answered by one read; what it found counts
/// for a second. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct ApiKeyFinder {
    groups: Groups<Keys>,
    known: Cache<(TenantId, TokenHash), Known>,
}

/// A key, and until when what its maker holds is known to be so.
#[derive(Debug, Clone)]
struct Known {
    key: Arc<ApiKey>,
    until: Option<Timestamp>,
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
    pub async fn find(
        &self,
        tenant: TenantId,
        token: &ApiKeyToken,
        now: Timestamp,
    ) -> Result<Option<Arc<ApiKey>>, Refused> {
        let asked = (tenant, token.hash());
        let known = self.known.get(&asked);
        let known = known.filter(|known| known.until.is_none_or(|until| now < until));
        let found = if let Some(known) = known {
            Some(known)
        } else {
            let found = self.groups.ask(tenant, (asked.1, now)).await?;
            if let Some(found) = &found {
                self.known.insert(asked, found.clone());
            }
            found
        };
        Ok(found.map(|known| known.key).filter(|key| key.is_alive_at(now)))
    }
}

#[async_trait]
impl Serve for Keys {
    type Lane = TenantId;
    type Ask = (TokenHash, Timestamp);
    type Answer = Option<Known>;

    const NAME: &'static str = "api_keys";

    fn tenant(lane: TenantId) -> TenantId {
        lane
    }

    async fn serve(&self, tenant: TenantId, asks: &[(TokenHash, Timestamp)]) -> Result<Vec<Option<Known>>, DbError> {
        let hashes: Vec<TokenHash> = asks.iter().map(|(hash, _)| *hash).collect();
        let now = asks.iter().map(|(_, now)| *now).max().unwrap_or(Timestamp::MIN);
        let mut tx = self.db.begin_in(tenant).await?;
        let found = store::find_many(&mut tx, &hashes).await?;
        let mut known = HashMap::with_capacity(found.len());
        let mut used = Vec::new();
        for (hash, mut key) in found {
            let until = limit(&mut tx, &mut key, now).await?;
            if key.last_used_at.is_none_or(|noted| noted + NOTED_EVERY <= now) && key.is_alive_at(now) {
                used.push(key.id.uuid());
            }
            let key = Arc::new(key);
            known.insert(hash, Known { key, until });
        }
        if !used.is_empty() {
            store::note_use(&mut tx, &used, now).await?;
        }
        tx.commit().await?;
        Ok(hashes.iter().map(|hash| known.get(hash).cloned()).collect())
    }
}

/// Drops the scopes of which the key's maker lacks anything; returns until when the answer holds.
async fn limit(tx: &mut TenantTx, key: &mut ApiKey, now: Timestamp) -> Result<Option<Timestamp>, DbError> {
    let Some(maker) = key.created_by else { return Ok(None) };
    let (rights, until) = permissions::standing(tx, maker, now).await?;
    let held = ApiScope::ALL.into_iter().filter(|scope| key.scopes.contains(*scope));
    key.scopes = held.filter(|scope| may_have(&rights, *scope)).collect();
    Ok(until)
}
