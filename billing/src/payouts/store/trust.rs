//! SQL of what trust is reckoned from.

use bilten_kernel::{Currency, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

/// Events that one reckoning looks at.
const MOST_EVENTS: i32 = 200;

/// Counts orders that brought money since.
pub(in crate::payouts) async fn count_lots(
    tx: &mut TenantTx,
    provider: &str,
    since: Timestamp,
) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from lots where provider = $1 and captured_at > $2 and brought_minor > 0"#,
        provider,
        since.to_sqlx() as _
    );
    Ok(count.fetch_one(tx.conn()).await?)
}

/// Counts events whose money is free because they are over, by steps from one to the next in the index.
pub(in crate::payouts) async fn count_events_over(tx: &mut TenantTx, now: Timestamp) -> Result<u32, DbError> {
    let count = sqlx::query_scalar!(
        r#"with recursive seen as (
               (select event_id, releasable_at, state, 1 as at from lots where event_id is not null order by event_id, order_id limit 1)
               union all
               select n.event_id, n.releasable_at, n.state, s.at + 1 from seen s
               cross join lateral (select event_id, releasable_at, state from lots
                                   where event_id > s.event_id order by event_id, order_id limit 1) n
               where s.at < $2)
           select count(*) as "count!" from seen where releasable_at <= $1 and state <> 'consumed'"#,
        now.to_sqlx() as _,
        MOST_EVENTS
    );
    let count = count.fetch_one(tx.conn()).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What was paid out, or is on its way, although its event is not over, in minor units.
pub(in crate::payouts) async fn sum_early(
    tx: &mut TenantTx,
    (book, provider): (i64, &str),
    currency: Currency,
    now: Timestamp,
) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(allocated_minor), 0)::bigint as "sum!" from lots
           where book_id = $1 and provider = $2 and currency = $3 and releasable_at > $4 and allocated_minor > 0"#,
        book,
        provider,
        currency.code(),
        now.to_sqlx() as _
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}
