//! SQL that proves lots and payouts; it reads everything.

use bilten_kernel::{Currency, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

/// Counts of what was looked at, and sums that must agree.
pub(crate) struct LotProof {
    /// Lots.
    pub lots: i64,
    /// Payouts.
    pub payouts: i64,
    /// Lots of which more was paid out than came in.
    pub overdrawn: i64,
    /// Lots whose payouts do not add up to what the lot says.
    pub torn: i64,
    /// Payouts whose parts do not add up.
    pub uneven: i64,
    /// What all lots hold, or have paid out.
    pub net: i64,
    /// Payouts under way.
    pub in_transit: i64,
    /// Payouts that arrived.
    pub paid: i64,
}

/// Proves them. Amounts of all currencies are added up: they are compared with sums made in the same way.
pub(crate) async fn prove(tx: &mut TenantTx) -> Result<LotProof, DbError> {
    let row = sqlx::query_as!(
        LotProof,
        r#"with parts as materialized (
               select p.order_id, p.book_id, p.payout_id, p.amount_minor, q.state
               from payout_lots p join payouts q on q.tenant_id = p.tenant_id and q.id = p.payout_id),
           by_lot as materialized (select order_id, book_id, sum(amount_minor) as amount from parts where state <> 'failed' group by 1, 2),
           by_payout as materialized (select payout_id, sum(amount_minor) as amount from parts group by 1)
           select (select count(*) from lots) as "lots!", (select count(*) from payouts) as "payouts!",
                  (select count(*) from lots where allocated_minor > brought_minor) as "overdrawn!",
                  (select count(*) from lots l left join by_lot b on b.order_id = l.order_id and b.book_id = l.book_id
                   where l.allocated_minor <> coalesce(b.amount, 0)) as "torn!",
                  (select count(*) from payouts q left join by_payout b on b.payout_id = q.id
                   where q.amount_minor <> coalesce(b.amount, 0)) as "uneven!",
                  (select coalesce(sum(brought_minor - taken_minor), 0)::bigint from lots) as "net!",
                  (select coalesce(sum(amount_minor), 0)::bigint from payouts
                   where state in ('reserved', 'submitting', 'in_transit')) as "in_transit!",
                  (select coalesce(sum(amount_minor), 0)::bigint from payouts where state = 'paid') as "paid!""#
    );
    Ok(row.fetch_one(tx.conn()).await?)
}

/// Payouts from an account that the balance which was told at `looked_at` does not show yet, for all we know, in minor units.
pub(in crate::payouts) async fn sum_unsent(
    tx: &mut TenantTx,
    (provider, account): (&str, &str),
    currency: Currency,
    looked_at: Timestamp,
) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from payouts
           where (state in ('reserved', 'submitting') or state = 'in_transit' and updated_at >= $4)
             and provider = $1 and coalesce(account, '') = $2 and currency = $3"#,
        provider,
        account,
        currency.code(),
        looked_at.to_sqlx() as _
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}

/// Payouts that a provider may not have heard of yet, in minor units.
pub(crate) async fn sum_unheard(tx: &mut TenantTx, provider: &str, currency: Currency) -> Result<i64, DbError> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from payouts
           where state in ('reserved', 'submitting') and provider = $1 and currency = $2"#,
        provider,
        currency.code()
    );
    Ok(sum.fetch_one(tx.conn()).await?)
}
