//! Tells lots from the ledger.

use std::collections::HashMap;

use bilten_core::catalog;
use bilten_kernel::{Ctx, EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    lot::{Lot, LotState},
    policy::Policy,
    store,
};
use crate::ledger;

/// Name of the cursor.
pub(super) const CURSOR: &str = "lots";
/// Ledger transactions that one step reads.
const BATCH: i64 = 5_000;

/// Takes in what the ledger has booked for orders since the last time; tells whether there is more. Two at once do no harm.
///
/// # Errors
/// The database refused.
pub async fn gather(tx: &mut TenantTx, ctx: &Ctx, policy: &Policy) -> Result<bool, DbError> {
    let Some(news) = ledger::news_of_orders(tx, CURSOR, BATCH).await? else {
        return Ok(false);
    };
    let mut ends = HashMap::new();
    let mut lots = Vec::with_capacity(news.moves.len());
    for news in news.moves {
        let end = match news.event {
            Some(event) => end_of(tx, ctx, event, &mut ends).await?.unwrap_or(news.at),
            None => news.at,
        };
        lots.push(Lot {
            order: news.order,
            book: news.book,
            event: news.event,
            provider: news.provider,
            currency: news.currency,
            brought: news.brought,
            taken: news.taken,
            owed: news.owed,
            allocated: 0,
            reserve_bp: policy.reserve_bp,
            dates: policy.dates(news.at, end),
            state: LotState::Pending,
        });
    }
    store::add_to_lots(tx, ctx, &lots).await?;
    Ok(news.has_more)
}

async fn end_of(
    tx: &mut TenantTx,
    ctx: &Ctx,
    event: EventId,
    known: &mut HashMap<EventId, Option<Timestamp>>,
) -> Result<Option<Timestamp>, DbError> {
    if let Some(end) = known.get(&event) {
        return Ok(*end);
    }
    let end = catalog::find_event(ctx, tx, event)
        .await?
        .map(|detail| detail.event.ends_at);
    known.insert(event, end);
    Ok(end)
}
