//! Which tenant answers at which host.
//!
//! Look-ups are cached with a single flight per host and dropped on every node when the directory
//! changes (LISTEN/NOTIFY) or when the listening connection was lost. A look-up that was under way at
//! that moment may have read the old state; its answer is kept under the old generation, where nobody
//! looks again.

mod detail;
pub(crate) mod store;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bilten_kernel::{HostName, Slug, TenantId};
use futures_util::FutureExt as _;
use moka::future::Cache;
use tokio_util::sync::CancellationToken;

pub use detail::{HistoryEntry, TenantDetail, TenantPage, find_detail, list_page};
pub use store::{PRIMARY_HOST_LIMIT, PlatformAudit, TenantEntry, TenantStatus, insert_platform_audit};

use crate::{DbError, PlatformDb};

/// Channel on which changes of the directory are announced.
pub(crate) const CHANNEL: &str = "bilten_directory";
/// Hosts kept in memory; unknown hosts count too, so that a scan cannot grow the cache.
const CACHED_HOSTS: u64 = 10_000;
/// Bound on how long a lost notice can matter.
const TTL: Duration = Duration::from_mins(1);
/// Time without a notice after which the line is taken for dead.
const LONGEST_SILENCE: Duration = Duration::from_mins(5);

/// Resolves hosts to tenants.
#[derive(Debug, Clone)]
pub struct Directory {
    platform: PlatformDb,
    cache: Cache<(u64, HostName), Option<Arc<TenantEntry>>>,
    /// Number of times that everything was forgotten.
    generation: Arc<AtomicU64>,
}

impl Directory {
    /// Makes a directory with an empty cache.
    pub fn new(platform: PlatformDb) -> Self {
        let cache = Cache::builder().max_capacity(CACHED_HOSTS).time_to_live(TTL).build();
        Self {
            platform,
            cache,
            generation: Arc::default(),
        }
    }

    /// Returns the tenant that answers at the host, if any.
    ///
    /// # Errors
    /// The database is out of reach and the host is not in the cache.
    pub async fn resolve(&self, host: &HostName) -> Result<Option<Arc<TenantEntry>>, Arc<DbError>> {
        let platform = self.platform.clone();
        let wanted = host.clone();
        let key = (self.generation.load(Ordering::Acquire), host.clone());
        self.cache
            .try_get_with(key, async move {
                let mut tx = platform.begin().await?;
                store::find_by_host(&mut tx, &wanted)
                    .await
                    .map(|found| found.map(Arc::new))
            })
            .await
    }

    /// Returns the tenant that answers at the host, if that is in memory; never waits.
    pub fn peek(&self, host: HostName) -> Option<Arc<TenantEntry>> {
        let key = (self.generation.load(Ordering::Acquire), host);
        self.cache.get(&key).now_or_never().flatten().flatten()
    }

    /// Returns every tenant that is ready, by id.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn list(&self) -> Result<Vec<TenantEntry>, DbError> {
        let mut tx = self.platform.begin().await?;
        store::list(&mut tx).await
    }

    /// Returns up to `limit` tenants that are ready and older than `before`, the newest first.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn list_before(&self, before: Option<TenantId>, limit: u32) -> Result<Vec<TenantId>, DbError> {
        let mut tx = self.platform.begin().await?;
        let rows = store::list_before(&mut tx, before, i64::from(limit)).await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Returns the tenant with this id.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn find(&self, id: TenantId) -> Result<Option<TenantEntry>, DbError> {
        let mut tx = self.platform.begin().await?;
        store::find_by_id(&mut tx, id).await
    }

    /// Returns the tenant with this slug.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn find_by_slug(&self, slug: &Slug) -> Result<Option<TenantEntry>, DbError> {
        let mut tx = self.platform.begin().await?;
        store::find_by_slug(&mut tx, slug).await
    }

    /// Forgets all look-ups.
    pub fn forget_all(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.cache.invalidate_all();
    }

    /// Keeps the cache true until the token is cancelled.
    pub async fn follow_changes(self, stop: CancellationToken) {
        loop {
            let followed = tokio::select! {
                () = stop.cancelled() => return,
                followed = self.follow_once() => followed,
            };
            if let Err(error) = followed {
                tracing::warn!(%error, "listening for changes of the directory was interrupted");
            }
            self.forget_all();
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    async fn follow_once(&self) -> Result<(), DbError> {
        let mut listener = self.platform.listen(CHANNEL).await?;
        self.forget_all();
        // `None` says that the connection was lost and notices may have been missed. A line that was silent for long may
        // be dead without saying so.
        while let Ok(notice) = tokio::time::timeout(LONGEST_SILENCE, listener.try_recv()).await {
            if notice?.is_none() {
                break;
            }
            self.forget_all();
        }
        Ok(())
    }
}
