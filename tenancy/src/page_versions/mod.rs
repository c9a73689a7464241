//! How often the things that a tenant's public pages show were changed.
//!
//! Whoever writes such a thing calls [`TenantTx::note_page_change`]; the commit then counts the version up,
//! as the last statement of the same transaction. So there is no change without a new version, and a page that
//! was made from what was read *after* its version was read is never older than that version.
//!
//! A node reads a tenant's version at most once a second, and only while somebody asks for its pages. There is no
//! notice between nodes that could be lost: another node knows of a change after [`crate::watched::OLD`] at
//! the latest, the node that made it at once. Stock is not part of it: that changes with every cart.

mod store;

use std::sync::Arc;

use bilten_kernel::{TenantId, Timestamp};
pub(crate) use store::bump;

use crate::{
    Db, DbError,
    watched::{Seen, WatchedMap},
};

/// Tenants whose version is kept in memory.
const CAPACITY: u64 = 10_000;

/// Versions in memory; shared by all pools of a process.
#[derive(Debug, Clone)]
pub(crate) struct Known(WatchedMap<TenantId, u64>);

impl Default for Known {
    fn default() -> Self {
        Self(WatchedMap::new(CAPACITY))
    }
}

impl Known {
    /// Forgets the version of a tenant, after a change on this node.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.0.forget(&tenant);
    }

    /// Returns the version that was read last, however long ago; 0 when none was.
    pub(crate) fn latest(&self, tenant: TenantId) -> u64 {
        self.0.latest(&tenant).unwrap_or(0)
    }
}

/// Reads versions of tenants, each at most once a second.
#[derive(Debug, Clone)]
pub struct PageVersions {
    db: Db,
    known: Known,
}

impl PageVersions {
    /// Reads with the connections of this pool.
    pub fn new(db: Db) -> Self {
        let known = db.page_versions().clone();
        Self { db, known }
    }

    /// Returns what is in memory, and has it read again when that is due; never waits.
    pub fn peek(&self, tenant: TenantId, now: Timestamp) -> Option<u64> {
        match self.known.0.peek(&tenant, now) {
            Seen::Fresh(version) => Some(version),
            Seen::Old(version) => {
                let db = self.db.clone();
                self.known
                    .0
                    .refresh(&tenant, now, async move || read(&db, tenant).await);
                Some(version)
            }
            Seen::Nothing => None,
        }
    }

    /// Returns the version, less than a second old, reading it when need be.
    ///
    /// # Errors
    /// The database refused.
    pub async fn get(&self, tenant: TenantId, now: Timestamp) -> Result<u64, Arc<DbError>> {
        self.known
            .0
            .get(&tenant, now, async || read(&self.db, tenant).await)
            .await
    }
}

async fn read(db: &Db, tenant: TenantId) -> Result<u64, DbError> {
    metrics::counter!("page_versions_read_total").increment(1);
    let mut tx = db.begin_in(tenant).await?;
    let version = store::read(&mut tx).await?;
    tx.commit().await?;
    Ok(version)
}
