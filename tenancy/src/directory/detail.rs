//! What operators see of tenants: a page of them, and everything about one.

use bilten_kernel::{OperatorId, TenantId, Timestamp};

use super::{TenantEntry, store};
use crate::{DbError, PlatformDb};

/// Tenants on one page at most.
const MAX_PAGE: u32 = 100;
/// Lines of a tenant's history at most.
const MAX_HISTORY: i64 = 50;

/// One page of tenants, newest first.
#[derive(Debug, Clone)]
pub struct TenantPage {
    /// The tenants.
    pub rows: Vec<TenantEntry>,
    /// Last tenant of this page, when another page follows.
    pub next: Option<TenantId>,
}

/// Everything the directory knows about one tenant.
#[derive(Debug, Clone)]
pub struct TenantDetail {
    /// What look-ups return.
    pub entry: TenantEntry,
    /// Its hosts, the first choice first, and whether each is that.
    pub hosts: Vec<(String, bool)>,
    /// What operators did to it, newest first.
    pub history: Vec<HistoryEntry>,
}

/// Something that an operator did.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who; `None` means the platform itself.
    pub operator: Option<OperatorId>,
    /// What, such as `tenant.suspended`.
    pub action: String,
    /// Why, as it was written.
    pub reason: Option<String>,
}

/// Lists up to `limit` (1 to 100) tenants that are older than `before`.
///
/// # Errors
/// The database refused.
pub async fn list_page(platform: &PlatformDb, before: Option<TenantId>, limit: u32) -> Result<TenantPage, DbError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let mut tx = platform.begin().await?;
    // One more than wanted tells whether another page follows.
    let mut rows = store::list_before(&mut tx, before, i64::from(limit) + 1).await?;
    tx.commit().await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| has_more).map(|row| row.id);
    Ok(TenantPage { rows, next })
}

/// Finds a tenant with its hosts and history.
///
/// # Errors
/// The database refused.
pub async fn find_detail(platform: &PlatformDb, id: TenantId) -> Result<Option<TenantDetail>, DbError> {
    let mut tx = platform.begin().await?;
    let Some(entry) = store::find_by_id(&mut tx, id).await? else {
        return Ok(None);
    };
    let hosts = store::list_hosts(&mut tx, id).await?;
    let history = store::list_history(&mut tx, id, MAX_HISTORY).await?;
    tx.commit().await?;
    Ok(Some(TenantDetail { entry, hosts, history }))
}
