//! A provider as we know it: its description and its keys, read once and kept for a while.

use std::{sync::Arc, time::Duration};

use bilten_kernel::{SsoConnectionId, TenantId, Timestamp};
use jiff::SignedDuration;
use moka::future::Cache;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::{Client, Metadata};
use crate::{
    Check,
    egress::{Egress, Unreached},
    jose::{Jws, KeySet},
};

/// How long a description and its keys are kept.
const KEPT: Duration = Duration::from_hours(1);
/// Most providers that are kept.
const MAX_KEPT: u64 = 2_000;
/// Keys are read anew at most so often within [`REFRESH_WINDOW`], whatever tokens name.
const MAX_REFRESHES: usize = 3;
/// See [`MAX_REFRESHES`].
const REFRESH_WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// A check that failed, with a word for the trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{check}: {detail}")]
pub struct Failure {
    /// The check.
    pub check: Check,
    /// What was found instead; for the trace.
    pub detail: String,
}

impl Failure {
    /// A failure that says everything by its name.
    pub const fn new(check: Check) -> Self {
        Self {
            check,
            detail: String::new(),
        }
    }

    /// A failure with what was found.
    pub const fn with(check: Check, detail: String) -> Self {
        Self { check, detail }
    }

    fn unreached(address: &str, why: Unreached) -> Self {
        Self::with(Check::Address, format!("{address}: {why}"))
    }
}

impl From<Check> for Failure {
    fn from(check: Check) -> Self {
        Self::new(check)
    }
}

/// Asks providers. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Oidc {
    pub(super) egress: Egress,
    known: Cache<(TenantId, SsoConnectionId, i64), Arc<Provider>>,
}

/// A provider.
#[derive(Debug)]
pub struct Provider {
    /// Its description.
    pub metadata: Metadata,
    keys: Mutex<Keys>,
}

#[derive(Debug)]
struct Keys {
    set: KeySet,
    refreshed: Vec<Timestamp>,
}

impl Oidc {
    /// Takes the way out.
    pub fn new(egress: Egress) -> Self {
        Self {
            egress,
            known: Cache::builder().max_capacity(MAX_KEPT).time_to_live(KEPT).build(),
        }
    }

    /// Returns the way out, for judging addresses as they are typed.
    pub const fn egress(&self) -> &Egress {
        &self.egress
    }

    /// Finds the provider of a connection; asks it when it is not known. Several who ask at once ask once.
    ///
    /// # Errors
    /// Names the check that failed; nothing is kept then.
    pub async fn provider(&self, client: &Client) -> Result<Arc<Provider>, Failure> {
        let key = (client.tenant, client.connection, client.revision);
        let found = self.known.try_get_with(key, discover(&self.egress, &client.issuer));
        found.await.map_err(|failure| Failure::clone(&failure))
    }

    /// Forgets what is known, so that a test begins afresh.
    pub async fn forget(&self, client: &Client) {
        let key = (client.tenant, client.connection, client.revision);
        self.known.invalidate(&key).await;
    }

    pub(super) async fn verify<'t>(
        &self,
        provider: &Provider,
        token: &'t Jws<'_>,
        now: Timestamp,
    ) -> Result<&'t Map<String, Value>, Failure> {
        // Who comes with a key that is not known waits here for whoever asks already.
        let mut keys = provider.keys.lock().await;
        let verdict = token.verify(&keys.set);
        if verdict != Err(Check::Key) || !keys.may_refresh(now) {
            return verdict.map_err(Failure::new);
        }
        keys.refreshed.push(now);
        metrics::counter!("sso_key_refreshes_total").increment(1);
        keys.set = fetch_keys(&self.egress, &provider.metadata.jwks_uri).await?;
        token.verify(&keys.set).map_err(Failure::new)
    }
}

impl Keys {
    fn may_refresh(&mut self, now: Timestamp) -> bool {
        let edge = now.checked_sub(REFRESH_WINDOW).unwrap_or(Timestamp::MIN);
        self.refreshed.retain(|at| *at > edge);
        self.refreshed.len() < MAX_REFRESHES
    }
}

async fn discover(egress: &Egress, issuer: &str) -> Result<Arc<Provider>, Failure> {
    let address = Metadata::address(issuer);
    let reply = egress.get(&address, None).await;
    let reply = reply.map_err(|why| Failure::unreached(&address, why))?;
    let metadata = Metadata::read(&reply, issuer, egress)?;
    let set = fetch_keys(egress, &metadata.jwks_uri).await?;
    let keys = Mutex::new(Keys {
        set,
        refreshed: Vec::new(),
    });
    Ok(Arc::new(Provider { metadata, keys }))
}

async fn fetch_keys(egress: &Egress, address: &str) -> Result<KeySet, Failure> {
    let reply = egress.get(address, None).await;
    let reply = reply.map_err(|why| Failure::unreached(address, why))?;
    let is_set = matches!(
        reply.media_type.as_str(),
        "application/json" | "application/jwk-set+json"
    );
    let set = (reply.status == 200 && is_set)
        .then(|| KeySet::read(&reply.body))
        .flatten();
    set.filter(|set| !set.is_empty()).ok_or_else(|| {
        Failure::with(
            Check::Key,
            format!("{address}: no usable keys (status {})", reply.status),
        )
    })
}
