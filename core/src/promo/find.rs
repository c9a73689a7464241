//! Finds promo codes with the count of their uses.

use bilten_kernel::{EventId, PromoCodeId};
use bilten_tenancy::{DbError, TenantTx};

use super::{Promo, store};

/// Codes on one page at most.
pub const MAX_PAGE: u32 = 100;

/// One page of codes, the latest first; those that were withdrawn are at their places.
#[derive(Debug, Clone)]
pub struct PromoPage {
    /// The codes.
    pub rows: Vec<Promo>,
    /// The last one of the page, when another page follows.
    pub next: Option<PromoCodeId>,
}

/// Lists up to `limit` (1 to 100) codes of an event that were made before the one given.
///
/// # Errors
/// The database refused.
pub async fn list_promos(
    tx: &mut TenantTx,
    event: EventId,
    before: Option<PromoCodeId>,
    limit: u32,
) -> Result<PromoPage, DbError> {
    let limit = limit.clamp(1, MAX_PAGE);
    // One more than wanted tells whether another page follows.
    let mut rows = store::list(tx, event, before, i64::from(limit) + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| has_more).map(|row| row.id);
    Ok(PromoPage { rows, next })
}

/// Finds a code.
///
/// # Errors
/// The database refused.
pub async fn find_promo(tx: &mut TenantTx, event: EventId, id: PromoCodeId) -> Result<Option<Promo>, DbError> {
    store::find(tx, event, id).await
}
