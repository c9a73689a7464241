//! Events in memory, for pages that everybody gets: read again when the version of the tenant's pages changes, and
//! not when only the stock does.

use std::{sync::Arc, time::Duration};

use bilten_core::catalog::{EventDetail, EventStock};
use bilten_kernel::{Slug, TenantId};
use moka::future::Cache;

use super::load;
use crate::{
    http::{
        AppState,
        pages::{SaysOfStock, StaysTrue},
        problem::Problem,
    },
    storefront::shop::Shop,
};

/// Bytes of all events in memory, about.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Bytes that an event takes beside its description, about.
const OVERHEAD: usize = 8 * 1024;
/// Time after which an event that nobody asks for is forgotten.
const FORGET: Duration = Duration::from_mins(5);

/// An event as it was at one version; its counters may be older than they seem.
pub(super) struct Shelved {
    pub(super) detail: EventDetail,
    /// Who holds it unless that is the shop itself.
    pub(super) organizer: Option<String>,
}

/// Events in memory, by tenant and version.
pub struct Shelf(Cache<(TenantId, u64, Slug), Arc<Shelved>>);

impl Shelf {
    /// Makes an empty shelf.
    pub fn new() -> Self {
        let weight = |_: &(TenantId, u64, Slug), shelved: &Arc<Shelved>| {
            let description = shelved.detail.event.description.as_str().len();
            u32::try_from(description + OVERHEAD).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder()
            .max_capacity(MAX_BYTES)
            .weigher(weight)
            .time_to_idle(FORGET);
        Self(cache.build())
    }

    /// Returns a public event as it is at this version of the tenant's pages, or later.
    pub(super) async fn get(
        &self,
        state: &AppState,
        shop: &Shop,
        (version, slug): (u64, &Slug),
    ) -> Result<Option<Arc<Shelved>>, Problem> {
        let key = (shop.tenant.ctx.tenant, version, slug.clone());
        if let Some(shelved) = self.0.get(&key).await {
            return Ok(Some(shelved));
        }
        let Some((detail, organizer)) = load(state, shop, slug).await? else {
            return Ok(None);
        };
        let shelved = Arc::new(Shelved { detail, organizer });
        self.0.insert(key, Arc::clone(&shelved)).await;
        Ok(Some(shelved))
    }
}

impl Default for Shelf {
    fn default() -> Self {
        Self::new()
    }
}

/// An event with the counters of the last second.
pub(super) struct Recent {
    pub(super) detail: EventDetail,
    pub(super) organizer: Option<String>,
    /// How long a page about it stays true.
    pub(super) stays_true: StaysTrue,
}

impl Recent {
    /// Finds a public event for a page that everybody gets.
    pub(super) async fn find(
        state: &AppState,
        shop: &Shop,
        (version, slug): (u64, &Slug),
    ) -> Result<Option<Self>, Problem> {
        let Some(shelved) = state.shelf.get(state, shop, (version, slug)).await? else {
            return Ok(None);
        };
        let (tenant, event) = (shop.tenant.ctx.tenant, shelved.detail.event.id);
        let stock = state.stock.get(tenant, event, shop.now()).await?;
        let detail = shelved.detail.with_stock(&stock);
        Ok(Some(Self {
            stays_true: stays_true(&shelved, &detail, shop.now()),
            organizer: shelved.organizer.clone(),
            detail,
        }))
    }
}

fn stays_true(shelved: &Arc<Shelved>, shown: &EventDetail, now: bilten_kernel::Timestamp) -> StaysTrue {
    let (shelved, outlook) = (Arc::clone(shelved), shown.outlook(now));
    // Between now and the next instant of the event only its counters can change what is said.
    let is_same = move |stock: &EventStock| shelved.detail.with_stock(stock).outlook(now) == outlook;
    StaysTrue {
        until: shown.next_instant(now),
        stock: Some(SaysOfStock {
            event: shown.event.id,
            is_same: Arc::new(is_same),
        }),
    }
}
